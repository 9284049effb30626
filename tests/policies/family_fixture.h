#pragma once

#include <string>
#include <vector>

#include "tests/policies/policy_fixture.h"

/// tests/fixtures/hf/families: a tiny model of every family with what transformers computes with it; the README there
/// says what the tensors are.
namespace family_fixture {

/// All of expected.safetensors' tensors, gradients among them, and a config_v4.json.
inline std::vector<std::string> families() {
  return {"llama3_rope", "llama_linear",  "llama_yarn", "mistral", "mistral_full",
          "qwen2",       "qwen2_sliding", "qwen3",      "gemma3",  "gemma3_scaled"};
}

/// Those stored otherwise too: in shards, or in half precision.
inline std::vector<std::string> all_folders() {
  auto names = families();
  names.insert(names.end(), {"qwen2_sharded", "qwen3_bfloat16", "mistral_full_float16"});
  return names;
}

inline std::filesystem::path folder(const std::string& name) {
  return policy_fixture::folder("families/" + name);
}

inline hone::policies::Policy load(const std::string& name) {
  return policy_fixture::load("families/" + name);
}

inline at::Tensor expected(const std::string& name, const std::string& tensor) {
  return policy_fixture::expected("families/" + (name == "qwen2_sharded" ? "qwen2" : name), tensor);
}

inline std::vector<std::int32_t> expected_ids(const std::string& name, const std::string& tensor) {
  const auto ids = expected(name, tensor);
  const auto* first = ids.const_data_ptr<std::int64_t>();
  return {first, first + ids.numel()};
}

}  // namespace family_fixture
