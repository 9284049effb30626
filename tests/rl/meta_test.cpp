#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "rl/micro_batch.h"
#include "rl/update.h"
#include "tests/rl/training_fixture.h"

// The meta device has shapes and no data, and refuses to mix with another one: an update that runs there from packing
// to the optimizer's step reads nothing on the host and leaves no tensor behind on the CPU.
using namespace hone;
using namespace hone::rl;
using namespace training_fixture;

TEST_CASE("a whole update runs on the meta device", "[rl][meta]") {
  const auto compute = GENERATE(policies::ComputeType::kFloat32, policies::ComputeType::kBFloat16);
  const auto loss = GENERATE(LossType::kGrpo, LossType::kGspo, LossType::kCispo);
  auto policy = policies::Policy::create(scripted::tiny_config(), scripted::tokenizer(), 1, compute, at::kMeta);
  AlgorithmConfig wanted;
  wanted.loss_type = loss;
  wanted.beta = 0.1;
  wanted.entropy_coef = 0.01;
  wanted.importance_sampling_cap = 2.0;
  const auto config = resolve(wanted, {4, 16}, "train.json");

  Experience experience;
  experience.groups = {group(7, {5, 3, 8, 1}, {1, 0, 0, 1}, 1), group(4, {2, 6, 3, 3}, {1, 1, 0, 1}, 2)};
  const auto advantages = compute_advantages(config, experience.rewards(), experience.is_valid(), experience.lengths());
  const auto rows = choose_rows(config, experience, advantages);
  const auto denominators = step_denominators(rows.lengths, rows.weights, 16);

  FusedAdamW optimizer(policy.masters(), {});
  cost::Ledger ledger;
  Update update(policy, optimizer, ledger);
  for (auto& batch : make_micro_batches(experience, advantages, rows, 0, 2, 24, policy.device())) {
    CHECK(batch.packed.ids.is_meta());
    {
      const at::NoGradGuard no_grad;
      batch.input.old_logprobs = policies::packed_logprobs(policy, batch.packed, 0.9, 8).logprobs;
      batch.input.reference_logprobs = batch.input.old_logprobs;
    }
    update.accumulate(batch.packed, 0.9, 8, [&](const policies::TokenLogprobs& token) {
      auto input = batch.input;
      input.logprobs = token.logprobs;
      input.entropy = token.entropy;
      const auto output = policy_loss(config, input, denominators);
      CHECK(output.loss.is_meta());
      return output.loss;
    });
  }
  for (const auto& gradient : policy.gradients()) {
    REQUIRE(gradient.defined());
    CHECK(gradient.is_meta());
  }
  const auto norm = update.step(1e-3, 1.0);
  CHECK(norm.is_meta());
  CHECK(norm.dim() == 0);
  CHECK_FALSE(policy.gradients().front().defined());
  CHECK(ledger.work(cost::Phase::kForward).tokens > 0);
}
