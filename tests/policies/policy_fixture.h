#pragma once

#include <filesystem>

#include "policies/policy.h"
#include "policies/safetensors.h"
#include "tests/policies/tensor_checks.h"

/// tests/fixtures/hf/NAME with a tokenizer beside it (the fixtures hold weights alone), loaded.
namespace policy_fixture {

inline std::filesystem::path folder(const std::string& name) {
  return std::filesystem::path("tests/fixtures/hf") / name;
}

inline hone::policies::Policy load(const std::string& name,
                                   hone::policies::ComputeType compute = hone::policies::ComputeType::kFloat32,
                                   hone::policies::Use use = hone::policies::Use::kTraining) {
  const tensor_checks::TemporaryFolder copy;
  std::filesystem::copy(folder(name), copy.path, std::filesystem::copy_options::recursive);
  std::filesystem::copy("tests/fixtures/tokenizer/bpe.model", copy.path / "tokenizer.model");
  return hone::policies::Policy::load(copy.path, compute, use, at::kCPU);
}

inline at::Tensor expected(const std::string& name, const std::string& tensor) {
  return hone::policies::WeightFiles::open_file(folder(name) / "expected.safetensors").load(tensor);
}

inline std::vector<std::int32_t> expected_ids(const std::string& name, int sequence) {
  const auto ids = expected(name, "token_ids." + std::to_string(sequence));
  const auto* first = ids.const_data_ptr<std::int64_t>();
  return {first, first + ids.numel()};
}

}  // namespace policy_fixture
