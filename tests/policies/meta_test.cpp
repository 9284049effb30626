#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "policies/packed_batch.h"
#include "policies/policy.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

// The meta device has shapes and no data, and refuses to mix with another one: what runs there neither reads a tensor's
// data on the host nor leaves one behind on the CPU.
using namespace hone;
using namespace tensor_checks;
using policies::ComputeType;

namespace {

policies::Policy meta_policy(ComputeType compute) {
  return policies::Policy::create(scripted::tiny_config(), scripted::tokenizer(), 1, compute, at::kMeta);
}

}  // namespace

TEST_CASE("forward, loss and backward of an update run on the meta device", "[policies][meta]") {
  const auto compute = GENERATE(ComputeType::kFloat32, ComputeType::kBFloat16);
  auto policy = meta_policy(compute);
  policies::PackedBatchBuilder builder;
  const std::vector<std::vector<std::int32_t>> completions = {random_ids(5, 420, 1), random_ids(8, 420, 2)};
  const std::vector<policies::PackedBatchBuilder::Ids> spans(completions.begin(), completions.end());
  builder.add_group(random_ids(9, 420, 3), spans);
  builder.add_sequence(random_ids(12, 420, 4), 1);
  const auto batch = std::move(builder).build(policy.device());
  const auto result = policies::packed_logprobs(policy, batch, 0.9, 8);
  CHECK(result.logprobs.is_meta());
  CHECK(result.logprobs.sizes() == at::IntArrayRef({24}));
  (result.logprobs.sum() - 0.01 * result.entropy.sum()).backward();
  policy.collect_gradients();
  for (std::size_t i = 0; i < policy.parameters().size(); ++i) {
    CAPTURE(policy.parameters()[i].name);
    REQUIRE(policy.gradients()[i].defined());
    CHECK(policy.gradients()[i].is_meta());
    CHECK(policy.gradients()[i].scalar_type() == at::kFloat);
    CHECK(policy.gradients()[i].sizes() == at::IntArrayRef(policy.parameters()[i].shape));
  }
  policy.refresh();
}

TEST_CASE("a prefill and a decode step run on the meta device", "[policies][meta]") {
  const auto compute = GENERATE(ComputeType::kFloat32, ComputeType::kBFloat16);
  const auto policy = meta_policy(compute);
  const auto& decoder = policy.decoder();
  const at::NoGradGuard no_grad;
  const auto longs = at::TensorOptions().dtype(at::kLong).device(at::kMeta);
  policies::KvCache cache(2, 6, 64, decoder.heads(), decoder.options());
  const auto layout = policies::make_packed_layout({{{0, 5}, {}}, {{5, 7}, {}}}, policy.device());
  policies::PrefillAttention prefill(decoder.attention_spec(), layout, cache, at::zeros({12}, longs));
  CHECK(decoder.forward(at::zeros({12}, longs), prefill).sizes() == at::IntArrayRef({12, 40}));
  cache.copy_slot(0, {3}, 5);
  policies::SlotAttention slot(decoder.attention_spec(), cache, at::zeros({4}, longs), at::zeros({4}, longs));
  const auto logits = decoder.logits(decoder.forward(at::zeros({4}, longs), slot));
  CHECK(logits.is_meta());
  CHECK(logits.sizes() == at::IntArrayRef({4, 420}));
}
