#include "policies/policy.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "policies/packed_batch.h"
#include "tests/policies/policy_fixture.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using Catch::Matchers::ContainsSubstring;
using policies::ComputeType;
using policies::Policy;
using policies::Use;

namespace {

std::string bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

at::Tensor parameter(const Policy& policy, const std::string& name) {
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    if (policy.parameters()[i].name == name) {
      return policy.masters()[i];
    }
  }
  throw std::runtime_error("no parameter " + name);
}

at::Tensor logprobs(const Policy& policy) {
  policies::PackedBatchBuilder builder;
  builder.add_sequence(random_ids(20, 420, 1), 1);
  const auto batch = std::move(builder).build(at::kCPU);
  return policies::packed_logprobs(policy, batch, 1.0, 64).logprobs;
}

}  // namespace

TEST_CASE("a policy that is saved and loaded has the same bits", "[policies][policy]") {
  const bool tied = GENERATE(true, false);
  const auto compute = GENERATE(ComputeType::kFloat32, ComputeType::kBFloat16);
  auto config = scripted::tiny_config();
  config.tie_word_embeddings = tied;
  const auto policy = scripted::tiny_policy(config, 3, compute);
  const TemporaryFolder first, second;
  policy.save(first.path);
  const auto loaded = Policy::load(first.path, compute, Use::kTraining, at::kCPU);
  REQUIRE(loaded.masters().size() == policy.masters().size());
  for (std::size_t i = 0; i < policy.masters().size(); ++i) {
    CAPTURE(policy.parameters()[i].name);
    CHECK(loaded.masters()[i].scalar_type() == at::kFloat);
    CHECK(loaded.masters()[i].equal(policy.masters()[i]));
  }
  CHECK(loaded.config() == config);
  CHECK(loaded.tokenizer().encode("12 + 7") == policy.tokenizer().encode("12 + 7"));
  const at::NoGradGuard no_grad;
  CHECK(logprobs(loaded).equal(logprobs(policy)));
  loaded.save(second.path);
  for (const auto* file : {"model.safetensors", "config.json", "tokenizer.model"}) {
    CAPTURE(file);
    CHECK(bytes(first.path / file) == bytes(second.path / file));
  }
}

TEST_CASE("a policy of transformers comes back from a save with the names and bits that it had", "[policies][policy]") {
  const std::string name = GENERATE("tiny_llama_tied", "tiny_llama_untied", "tiny_llama_untied_sharded");
  CAPTURE(name);
  const TemporaryFolder folder;
  policy_fixture::load(name).save(folder.path);
  const auto before = policies::WeightFiles::open(policy_fixture::folder(name));
  const auto after = policies::WeightFiles::open(folder.path);
  CHECK(after.names() == before.names());
  for (const auto& tensor : before.names()) {
    CAPTURE(tensor);
    CHECK(after.load(tensor).equal(before.load(tensor)));
  }
}

TEST_CASE("shards give the weights of the single file", "[policies][policy]") {
  const auto whole = policy_fixture::load("tiny_llama_untied");
  const auto sharded = policy_fixture::load("tiny_llama_untied_sharded");
  for (std::size_t i = 0; i < whole.masters().size(); ++i) {
    CHECK(sharded.masters()[i].equal(whole.masters()[i]));
  }
}

TEST_CASE("fresh weights follow the seed, and what writes to the residual stream begins smaller",
          "[policies][policy]") {
  auto config = scripted::tiny_config();
  config.num_hidden_layers = 8;
  config.hidden_size = 96;
  const auto create = [&](std::uint64_t seed, ComputeType compute) {
    return Policy::create(config, scripted::tokenizer(), seed, compute, at::kCPU);
  };
  const auto policy = create(1, ComputeType::kFloat32);
  const auto again = create(1, ComputeType::kBFloat16);
  const auto other = create(2, ComputeType::kFloat32);
  for (std::size_t i = 0; i < policy.masters().size(); ++i) {
    CHECK(again.masters()[i].equal(policy.masters()[i]));
  }
  CHECK_FALSE(other.masters()[0].equal(policy.masters()[0]));
  const auto deviation = [&](const std::string& name) { return parameter(policy, name).std().item<double>(); };
  CHECK(std::abs(deviation("model.embed_tokens.weight") - 0.02) < 0.0005);
  CHECK(std::abs(deviation("model.layers.3.self_attn.qkv_proj.weight") - 0.02) < 0.0005);
  CHECK(std::abs(deviation("model.layers.3.self_attn.o_proj.weight") - 0.005) < 0.0002);  // 0.02 / √16
  CHECK(std::abs(deviation("model.layers.7.mlp.down_proj.weight") - 0.005) < 0.0002);
  CHECK(parameter(policy, "model.norm.weight").equal(at::ones({96})));
}

TEST_CASE("gradients of several backward passes add up in float32", "[policies][policy]") {
  const auto compute = GENERATE(ComputeType::kFloat32, ComputeType::kBFloat16);
  auto policy = scripted::tiny_policy(scripted::tiny_config(), 7, compute);
  const auto pass = [&] {
    logprobs(policy).sum().backward();
    policy.collect_gradients();
  };
  pass();
  std::vector<at::Tensor> once;
  for (const auto& gradient : policy.gradients()) {
    once.push_back(gradient.clone());
  }
  pass();
  for (std::size_t i = 0; i < once.size(); ++i) {
    CAPTURE(policy.parameters()[i].name);
    CHECK(policy.gradients()[i].scalar_type() == at::kFloat);
    CHECK(relative_difference(policy.gradients()[i], 2.0 * once[i]) < 1e-6);
    CHECK(once[i].abs().max().item<double>() > 0.0);
  }
  policy.clear_gradients();
  CHECK_FALSE(policy.gradients()[0].defined());
}

TEST_CASE("bfloat16 gradients point where float32 gradients point", "[policies][policy]") {
  auto exact = scripted::tiny_policy();
  auto rounded = scripted::tiny_policy(scripted::tiny_config(), 7, ComputeType::kBFloat16);
  for (auto* policy : {&exact, &rounded}) {
    logprobs(*policy).sum().backward();
    policy->collect_gradients();
  }
  for (std::size_t i = 0; i < exact.gradients().size(); ++i) {
    CAPTURE(exact.parameters()[i].name);
    const auto a = exact.gradients()[i].flatten();
    const auto b = rounded.gradients()[i].flatten();
    CHECK((a.dot(b) / (a.norm() * b.norm())).item<double>() > 0.99);
    CHECK(std::abs((b.norm() / a.norm()).item<double>() - 1.0) < 0.1);
  }
}

TEST_CASE("forward passes follow the masters after a refresh", "[policies][policy]") {
  const auto compute = GENERATE(ComputeType::kFloat32, ComputeType::kBFloat16);
  auto policy = scripted::tiny_policy(scripted::tiny_config(), 7, compute);
  const at::NoGradGuard no_grad;
  const auto before = logprobs(policy);
  parameter(policy, "model.norm.weight").mul_(2.0);
  policy.refresh();
  CHECK_FALSE(logprobs(policy).equal(before));
}

TEST_CASE("a policy for inference keeps no masters and records no gradient", "[policies][policy]") {
  const auto policy = policy_fixture::load("tiny_llama_tied", ComputeType::kFloat32, Use::kInference);
  CHECK(policy.masters().empty());
  CHECK_FALSE(policy.decoder().head().requires_grad());
}

TEST_CASE("load_weights brings a policy back to what was saved", "[policies][policy]") {
  auto policy = scripted::tiny_policy();
  const TemporaryFolder folder;
  policy.save(folder.path);
  const at::NoGradGuard no_grad;
  const auto before = logprobs(policy);
  for (const auto& master : policy.masters()) {
    master.zero_();
  }
  policy.load_weights(folder.path);
  CHECK(logprobs(policy).equal(before));
}

TEST_CASE("weights of another shape are refused by the tensor's name", "[policies][policy]") {
  auto policy = scripted::tiny_policy();
  auto wider = scripted::tiny_config();
  wider.intermediate_size = 56;
  const TemporaryFolder folder;
  scripted::tiny_policy(wider).save(folder.path);
  CHECK_THROWS_AS(policy.load_weights(folder.path), core::ShapeError);
  CHECK_THROWS_WITH(policy.load_weights(folder.path), ContainsSubstring("model.layers.0.mlp.gate_proj.weight"));
}

TEST_CASE("a folder that is not there is named", "[policies][policy]") {
  CHECK_THROWS_AS(Policy::load("no/such/folder", ComputeType::kFloat32, Use::kInference, at::kCPU), core::FileError);
  CHECK_THROWS_WITH(Policy::load("no/such/folder", ComputeType::kFloat32, Use::kInference, at::kCPU),
                    ContainsSubstring("no/such/folder"));
}
