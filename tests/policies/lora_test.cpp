#include "policies/lora.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "policies/packed_batch.h"
#include "policies/reference_path.h"
#include "tests/policies/family_fixture.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using Catch::Matchers::ContainsSubstring;
using policies::Adapters;
using policies::ComputeType;
using policies::Policy;
using policies::Use;

/// Adapters against peft: tests/fixtures/hf/README.md says what the folders hold.
namespace {

struct Case {
  std::string family;
  std::string adapter;

  [[nodiscard]] std::filesystem::path folder() const { return family_fixture::folder(family) / adapter; }
  [[nodiscard]] Policy base() const {
    return policy_fixture::load("families/" + family, ComputeType::kFloat32, Use::kInference);
  }
  [[nodiscard]] Policy load(Use use) const {
    auto policy = base();
    policy.load_adapters(folder(), use);
    return policy;
  }
  [[nodiscard]] at::Tensor expected(const std::string& tensor) const {
    return policy_fixture::expected("families/" + family + "/" + adapter, tensor);
  }
  [[nodiscard]] std::vector<std::int32_t> ids(int sequence) const {
    return family_fixture::expected_ids(family, "token_ids." + std::to_string(sequence));
  }
};

std::vector<Case> cases() {
  return {{"llama3_rope", "lora_all"},
          {"llama3_rope", "lora_qv"},
          {"qwen2", "lora_all"},
          {"qwen2", "lora_rslora"},
          {"gemma3", "lora_all"}};
}

at::Tensor logits(const Policy& policy, const std::vector<std::int32_t>& ids) {
  const at::NoGradGuard no_grad;
  const auto& decoder = policy.decoder();
  const auto layout = policies::make_packed_layout({{{0, static_cast<std::int64_t>(ids.size())}, {}}}, at::kCPU);
  policies::PackedAttention attention(decoder.attention_spec(), layout);
  return decoder.logits(
      decoder.forward(at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong), attention));
}

policies::PackedBatch both_sequences(const Case& of) {
  policies::PackedBatchBuilder builder;
  builder.add_sequence(of.ids(0), 1);
  builder.add_sequence(of.ids(1), 1);
  return std::move(builder).build(at::kCPU);
}

at::Tensor logprobs(const Policy& policy, const Case& of, Adapters adapters) {
  return policies::packed_logprobs(policy, both_sequences(of), 1.0, 16, {adapters}).logprobs;
}

}  // namespace

TEST_CASE("a policy with peft's adapters gives peft's logits, and loss and gradients of its adapters alone",
          "[policies][lora]") {
  const auto of = GENERATE(from_range(cases()));
  const bool reference = GENERATE(false, true);
  CAPTURE(of.family, of.adapter, reference);
  std::optional<policies::ReferencePath> path;
  if (reference) path.emplace();
  auto policy = of.load(Use::kTraining);
  CHECK(difference(logits(policy, of.ids(0)), of.expected("logits.0")) < 1e-4);
  CHECK(difference(logits(policy, of.ids(1)), of.expected("logits.1")) < 1e-4);

  const auto loss = -logprobs(policy, of, Adapters::kOn).mean();
  loss.backward();
  policy.collect_gradients();
  CHECK(relative_difference(loss, of.expected("loss")) < 1e-4);
  const auto names = policies::WeightFiles::open_file(of.folder() / "adapter_model.safetensors").names();
  CHECK(names.size() == policy.parameters().size());
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    CAPTURE(policy.parameters()[i].name);
    CHECK(relative_difference(policy.gradients()[i], of.expected("grad." + policy.parameters()[i].name)) < 1e-4);
  }
}

TEST_CASE("adapters that are switched off leave the policy that they were trained over", "[policies][lora]") {
  const auto of = GENERATE(from_range(cases()));
  const auto policy = of.load(Use::kInference);
  const at::NoGradGuard no_grad;
  CHECK(logprobs(policy, of, Adapters::kOff).equal(logprobs(of.base(), of, Adapters::kOn)));
  CHECK_FALSE(logprobs(policy, of, Adapters::kOn).equal(logprobs(policy, of, Adapters::kOff)));
}

TEST_CASE("merged adapters give the logits of peft's merge, in a folder that loads without them", "[policies][lora]") {
  const auto of = GENERATE(from_range(cases()));
  auto policy = of.load(Use::kInference);
  policy.merge_adapters();
  CHECK_FALSE(policy.has_adapters());
  CHECK(difference(logits(policy, of.ids(1)), of.expected("merged_logits.1")) < 1e-4);
  const TemporaryFolder saved;
  policy.save_as(saved.path, ComputeType::kFloat32);
  const auto loaded = Policy::load(saved.path, ComputeType::kFloat32, Use::kInference, at::kCPU);
  CHECK(logits(loaded, of.ids(1)).equal(logits(policy, of.ids(1))));
}

TEST_CASE("adapters are saved as the folder that peft wrote", "[policies][lora]") {
  const auto of = GENERATE(from_range(cases()));
  const TemporaryFolder saved;
  const auto policy = of.load(Use::kTraining);
  policy.save(saved.path);
  CHECK(policies::load_lora_config(saved.path) == policies::load_lora_config(of.folder()));
  const auto before = policies::WeightFiles::open_file(of.folder() / "adapter_model.safetensors");
  const auto after = policies::WeightFiles::open_file(saved.path / "adapter_model.safetensors");
  CHECK(after.names() == before.names());
  for (const auto& name : before.names()) {
    CHECK(after.load(name).equal(before.load(name)));
  }
}

TEST_CASE("fresh adapters change nothing until they learn, and follow their seed", "[policies][lora]") {
  const Case of{"qwen2", ""};
  auto policy = of.base();
  policy.add_adapters({.rank = 4, .alpha = 8.0}, Use::kTraining, 3);
  const at::NoGradGuard no_grad;
  CHECK(logprobs(policy, of, Adapters::kOn).equal(logprobs(policy, of, Adapters::kOff)));
  auto again = of.base();
  again.add_adapters({.rank = 4, .alpha = 8.0}, Use::kTraining, 3);
  auto other = of.base();
  other.add_adapters({.rank = 4, .alpha = 8.0}, Use::kTraining, 4);
  CHECK(again.masters()[0].equal(policy.masters()[0]));
  CHECK_FALSE(other.masters()[0].equal(policy.masters()[0]));
  // Two layers of seven projections, two matrices each; q_proj's first: rank 4 over a hidden size of 32.
  CHECK(policy.masters().size() == 28);
  CHECK(policy.masters()[0].sizes() == at::IntArrayRef({4, 32}));
  CHECK(policy.masters()[0].abs().max().item<double>() <= 1.0 / std::sqrt(32.0));
}

TEST_CASE("only what hone computes is taken from an adapter_config.json", "[policies][lora]") {
  const TemporaryFolder folder;
  const auto complaint = [&](const std::string& changes) {
    auto json = nlohmann::json::parse(R"({"peft_type": "LORA", "r": 4, "target_modules": ["q_proj"]})");
    json.update(nlohmann::json::parse(changes));
    core::atomic_write_file(folder.path / "adapter_config.json", json.dump());
    try {
      (void)policies::load_lora_config(folder.path);
    } catch (const core::DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(complaint("{}").empty());
  CHECK(complaint(R"({"target_modules": "all-linear"})").empty());
  CHECK_THAT(complaint(R"({"use_dora": true})"),
             ContainsSubstring("adapter_config.json: use_dora is true, needs false"));
  CHECK_THAT(complaint(R"({"bias": "all"})"), ContainsSubstring("bias is \"all\""));
  CHECK_THAT(complaint(R"({"rank_pattern": {"q_proj": 8}})"), ContainsSubstring("rank_pattern is"));
  CHECK_THAT(complaint(R"({"r": 0})"), ContainsSubstring("r is 0"));
  CHECK_THAT(complaint(R"({"target_modules": ".*q_proj"})"), ContainsSubstring("target_modules is"));
  const auto decoder = policies::load_decoder_config(family_fixture::folder("qwen2"));
  CHECK_THROWS_WITH(policies::lora_targets(decoder, {.rank = 1, .target_modules = {"qkv"}}),
                    ContainsSubstring("target_modules holds \"qkv\""));
}

TEST_CASE("layers that are computed again in the backward give the same bits", "[policies][recompute]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  const bool with_adapters = GENERATE(false, true);
  CAPTURE(name, with_adapters);
  const Case of{name, ""};
  const auto gradients = [&](policies::Activations activations) {
    auto policy = with_adapters ? of.base() : family_fixture::load(name);
    if (with_adapters) {
      policy.add_adapters({.rank = 4}, Use::kTraining, 3);
      const at::NoGradGuard no_grad;
      for (const auto& master : policy.masters()) master.add_(0.05);  // so that both factors get a gradient
      policy.refresh();
    }
    const auto batch = both_sequences(of);
    (-policies::packed_logprobs(policy, batch, 1.0, 16, {Adapters::kOn, activations}).logprobs.mean()).backward();
    policy.collect_gradients();
    return policy.gradients();
  };
  const auto kept = gradients(policies::Activations::kKept);
  const auto recomputed = gradients(policies::Activations::kRecomputed);
  REQUIRE(kept.size() == recomputed.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    REQUIRE(recomputed[i].defined());
    CHECK(recomputed[i].equal(kept[i]));
  }
}
