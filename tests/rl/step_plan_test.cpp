#include "rl/step_plan.h"

#include <catch2/catch_test_macros.hpp>

#include "rl/config.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;

namespace {

/// A token goes through 26 parameters (q and o 4, k and v 4, MLP 18), 52 FLOPs, and a row of the head through 10, 20
/// FLOPs; attention takes 4 FLOPs a position.
StepInput small() {
  return {.model = {.vocab = 5, .hidden = 2, .intermediate = 3, .layers = 1, .heads = 1, .kv_heads = 1, .head_dim = 1},
          .prompts = 3,
          .num_generations = 4,
          .prompt_tokens = 2,
          .completion_tokens = 3,
          .micro_batch_tokens = 100};
}

}  // namespace

TEST_CASE("a step's rollout computes each prompt once and each answer token by token", "[rl][step_plan]") {
  const auto step = plan_step(small());
  // A prompt: 2 tokens · 52, one row of the head 20, positions 1 + 2 = 3 · 4: 136.
  CHECK(step.work(cost::Phase::kPrefill).model_flops == 3 * 136);
  CHECK(step.work(cost::Phase::kPrefill).tokens == 3 * 2);
  // An answer feeds 2 of its 3 tokens: 2 · 52 + 2 · 20 + (3 + 4) · 4 = 172.
  CHECK(step.work(cost::Phase::kDecode).model_flops == 12 * 172);
  CHECK(step.work(cost::Phase::kDecode).tokens == 12 * 3);
}

TEST_CASE("a step's update shares each prompt among its answers", "[rl][step_plan]") {
  auto input = small();
  auto step = plan_step(input);
  // A group: its prompt without a head 104 + 12 = 116, 4 answers of 172, and the 4 first tokens' rows of the head 80.
  constexpr double kGroup = 116 + 4 * 172 + 80;
  CHECK(step.work(cost::Phase::kForward).model_flops == 3 * kGroup);
  CHECK(step.work(cost::Phase::kForward).tokens == 3 * (2 + 4 * 2));
  CHECK(step.work(cost::Phase::kBackward).model_flops == 2 * 3 * kGroup);
  CHECK(step.work(cost::Phase::kBackward).hardware_flops == 2 * 3 * kGroup + 3 * 12 * 20);  // 12 targets a group
  CHECK(step.work(cost::Phase::kReference).tokens == 0);
  input.micro_batch_tokens = 8;  // a prompt and two answers
  step = plan_step(input);
  CHECK(step.work(cost::Phase::kForward).model_flops == 3 * (kGroup + 116));
  input.micro_batch_tokens = 1;  // an answer each
  CHECK(plan_step(input).work(cost::Phase::kForward).model_flops == 3 * (kGroup + 3 * 116));
}

TEST_CASE("old and reference policies take a forward each, iterations the update again", "[rl][step_plan]") {
  auto input = small();
  const auto once = plan_step(input).work(cost::Phase::kForward).model_flops;
  input.num_iterations = 3;
  input.has_old_policy = input.has_reference = true;
  const auto step = plan_step(input);
  CHECK(step.work(cost::Phase::kOldPolicy).model_flops == once);
  CHECK(step.work(cost::Phase::kReference).model_flops == once);
  CHECK(step.work(cost::Phase::kForward).model_flops == 3 * once);
}

TEST_CASE("a step's plan is of the config's lengths", "[rl][step_plan]") {
  auto config = training_fixture::config("length");
  config.algorithm.beta = 0.1;
  config.algorithm.num_iterations = 2;
  const auto input = step_input(resolve(config, "train.json"), small().model, 17);
  CHECK(input.prompts == 4);
  CHECK(input.num_generations == 4);
  CHECK(input.prompt_tokens == 17);
  CHECK(input.completion_tokens == 8);
  CHECK(input.num_iterations == 2);
  CHECK(input.has_old_policy);
  CHECK(input.has_reference);
}
