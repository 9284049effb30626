#include "rl/trainer.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "rl/step_metrics.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

RunConfig even_config() {
  use_scorer("even", even_bytes);
  return training_fixture::config("even");
}

report::Metrics metrics_of(const StepResult& result) {
  report::Metrics line;
  write_step_metrics(result, line);
  return line;
}

rewards::Score prefers_a(const datasets::Question& /*question*/, const rewards::Answer& answer) {
  rewards::Score score;
  score.score = answer.text == "a" ? 1.0 : 0.0;
  return score;
}

}  // namespace

TEST_CASE("in the first update on policy every ratio is exactly 1 and nothing is clipped", "[rl][trainer]") {
  const auto loss = GENERATE(LossType::kGrpo, LossType::kDrGrpo, LossType::kDapo, LossType::kGspo, LossType::kRloo,
                             LossType::kReinforcePlusPlus);
  CAPTURE(core::enum_name(loss));
  auto config = even_config();
  config.algorithm.loss_type = loss;
  config.rollout.sampling.temperature = 0.7;
  Training training(scripted::tiny_policy(), config);
  for (int step = 0; step < 3; ++step) {
    const auto metrics = training.trainer.step().loss_metrics;
    CHECK(metrics.at("ratio/min") == 1.0);
    CHECK(metrics.at("ratio/max") == 1.0);
    CHECK(metrics.at("clip_ratio/region_mean") == 0.0);
    CHECK(metrics.at("clip_ratio/low_mean") == 0.0);
    CHECK(metrics.at("clip_ratio/high_mean") == 0.0);
  }
}

TEST_CASE("rollout and training give a token the same log-probability to 1e-4", "[rl][trainer]") {
  auto config = even_config();
  config.rollout.sampling.temperature = GENERATE(1.0, 0.6, 1.7);
  config.rollout.sampling.max_completion_length = 40;
  config.train.schedule.learning_rate = 1e-2;
  Training training(scripted::tiny_policy(), config);
  for (int step = 0; step < 4; ++step) {
    const auto metrics = training.trainer.step().loss_metrics;
    CHECK(metrics.at("sampling/sampling_logp_difference/max") <= 1e-4);
    CHECK(metrics.at("sampling/sampling_logp_difference/max") > 0.0);  // else the two were not computed apart
  }
}

TEST_CASE("a step does not depend on how it is cut into micro-batches", "[rl][trainer]") {
  const auto loss = GENERATE(LossType::kGrpo, LossType::kDrGrpo, LossType::kDapo, LossType::kGspo, LossType::kCispo,
                             LossType::kRloo, LossType::kReinforcePlusPlus);
  CAPTURE(core::enum_name(loss));
  auto config = even_config();
  config.algorithm.loss_type = loss;
  config.algorithm.beta = 0.05;
  config.algorithm.entropy_coef = 0.01;
  config.train.adamw.adam_epsilon = 1e-2;  // a smaller one turns the sign of a gradient of 1e-9 into a whole step
  config.train.micro_batch_tokens = 1;     // an answer each
  Training small(scripted::tiny_policy(), config);
  config.train.micro_batch_tokens = 100000;
  Training whole(scripted::tiny_policy(), config);
  const auto before = whole.weights();
  const auto one = small.trainer.step();
  const auto other = whole.trainer.step();
  CHECK(other.grad_norm > 0.0);
  CHECK(one.grad_norm == Approx(other.grad_norm).epsilon(1e-5));
  CHECK(largest_difference(small.weights(), whole.weights()) < 1e-5);
  CHECK(largest_difference(before, whole.weights()) > 1e-5);
}

TEST_CASE("a policy learns which of two answers is right, for any seed", "[rl][trainer]") {
  use_scorer("prefers_a", prefers_a);
  auto config = training_fixture::config("prefers_a");
  config.seed = GENERATE(1, 2, 3);
  config.algorithm.loss_type =
      GENERATE(LossType::kGrpo, LossType::kDapo, LossType::kCispo, LossType::kReinforcePlusPlus);
  config.algorithm.dynamic_sampling.enable = false;  // the reward would be that of groups that disagree
  config.rollout.prompts_per_step = 8;
  config.train.schedule.learning_rate = 0.02;
  Training training(two_choices(), config);
  std::vector<double> rewards;
  for (int step = 0; step < 10; ++step) {
    rewards.push_back(metrics_of(training.trainer.step())["reward"].get<double>());
  }
  CHECK(rewards.front() > 0.2);
  CHECK(rewards.front() < 0.8);
  CHECK((rewards[7] + rewards[8] + rewards[9]) / 3.0 > 0.9);
}

TEST_CASE("the same seed gives the same metrics, another one others", "[rl][trainer]") {
  const auto run = [](std::uint64_t seed) {
    auto config = even_config();
    config.seed = seed;
    Training training(scripted::tiny_policy(), config);
    std::string lines;
    for (int step = 0; step < 3; ++step) lines += metrics_of(training.trainer.step()).dump() + "\n";
    return lines;
  };
  const auto first = run(4);
  CHECK(run(4) == first);
  CHECK(run(5) != first);
}

TEST_CASE("the metrics of a step have the field's names", "[rl][trainer]") {
  Training training(scripted::tiny_policy(), even_config());
  const auto line = metrics_of(training.trainer.step());
  for (const auto* name : {"reward",
                           "reward_std",
                           "frac_reward_zero_std",
                           "rewards/even/mean",
                           "rewards/even/std",
                           "entropy",
                           "loss",
                           "grad_norm",
                           "learning_rate",
                           "clip_ratio/low_mean",
                           "clip_ratio/low_min",
                           "clip_ratio/high_mean",
                           "clip_ratio/high_max",
                           "clip_ratio/region_mean",
                           "completions/mean_length",
                           "completions/min_length",
                           "completions/max_length",
                           "completions/clipped_ratio",
                           "completions/mean_terminated_length",
                           "sampling/sampling_logp_difference/mean",
                           "sampling/sampling_logp_difference/max",
                           "sampling/importance_sampling_ratio/mean"}) {
    CAPTURE(name);
    CHECK(line.contains(name));
  }
  CHECK_FALSE(line.contains("kl"));
}

TEST_CASE("the KL to the reference is 0 before the first update and positive after it", "[rl][trainer]") {
  auto config = even_config();
  config.algorithm.beta = 0.1;
  config.train.schedule.learning_rate = 1e-2;
  Training training(scripted::tiny_policy(), config);
  CHECK(training.trainer.step().loss_metrics.at("kl") == 0.0);
  CHECK(training.trainer.step().loss_metrics.at("kl") > 1e-4);
  const auto& reference = training.ledger.work(cost::Phase::kReference);
  const auto& forward = training.ledger.work(cost::Phase::kForward);
  CHECK(reference.tokens == forward.tokens);  // with a KL no group is left out
  CHECK(reference.model_flops == forward.model_flops);
}

TEST_CASE("a KL of great weight holds the policy at its reference", "[rl][trainer]") {
  use_scorer("prefers_a", prefers_a);
  const auto drift = [](double beta) {
    auto config = training_fixture::config("prefers_a");
    config.algorithm.beta = beta;
    config.train.schedule.learning_rate = 0.02;
    Training training(two_choices(), config);
    double kl = 0.0;
    for (int step = 0; step < 8; ++step) kl = training.trainer.step().loss_metrics.at("kl");
    return kl;
  };
  CHECK(drift(20.0) < 0.3 * drift(0.001));
}

TEST_CASE("several updates of one rollout take ratios against the policy that rolled out", "[rl][trainer]") {
  auto config = even_config();
  config.algorithm.num_iterations = 2;
  config.algorithm.minibatches = 2;
  config.train.schedule.learning_rate = 1e-2;
  Training training(scripted::tiny_policy(), config);
  const auto result = training.trainer.step();
  CHECK(training.trainer.optimizer().step_count().item<float>() == 4.0F);
  CHECK(result.loss_metrics.at("ratio/min") < 0.99);
  CHECK(result.loss_metrics.at("ratio/max") > 1.01);
  const auto& old = training.ledger.work(cost::Phase::kOldPolicy);
  const auto& forward = training.ledger.work(cost::Phase::kForward);
  CHECK(old.tokens > 0);
  CHECK(2 * old.tokens == forward.tokens);
  CHECK(training.ledger.work(cost::Phase::kReference).tokens == 0);
}

TEST_CASE("with a learning rate of 0 the second update's ratios are 1 too", "[rl][trainer]") {
  auto config = even_config();
  config.algorithm.num_iterations = 3;
  config.algorithm.minibatches = 2;
  config.train.schedule.learning_rate = 0.0;
  Training training(scripted::tiny_policy(), config);
  const auto metrics = training.trainer.step().loss_metrics;
  CHECK(metrics.at("ratio/min") == Approx(1.0).margin(1e-6));
  CHECK(metrics.at("ratio/max") == Approx(1.0).margin(1e-6));
}

TEST_CASE("a step whose every group agrees moves nothing", "[rl][trainer]") {
  use_scorer("zero", [](const auto&, const auto&) { return rewards::Score{}; });
  Training training(scripted::tiny_policy(), training_fixture::config("zero"));
  const auto before = training.weights();
  const auto result = training.trainer.step();
  CHECK(largest_difference(before, training.weights()) == 0.0);
  CHECK(result.grad_norm == 0.0);
  const auto line = metrics_of(result);
  CHECK(line["frac_reward_zero_std"] == 1.0);
  CHECK(line["skipped_ratio"] == 1.0);
  CHECK(training.ledger.work(cost::Phase::kForward).tokens == 0);
  const auto& discarded = training.ledger.discarded();
  CHECK(discarded.tokens ==
        training.ledger.work(cost::Phase::kPrefill).tokens + training.ledger.work(cost::Phase::kDecode).tokens);
  CHECK(training.trainer.steps_done() == 1);
}

TEST_CASE("a learning rate beyond all bounds stops the run with its name", "[rl][trainer]") {
  auto config = even_config();
  config.train.schedule.learning_rate = 1e30;
  config.train.adamw.max_grad_norm = 0.0;
  Training training(scripted::tiny_policy(), config);
  CHECK_THROWS_AS(
      [&] {
        for (int step = 0; step < 5; ++step) training.trainer.step();
      }(),
      core::RunError);
}
