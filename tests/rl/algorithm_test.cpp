#include "rl/algorithm.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"

using namespace hone::rl;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr RolloutLimits kLimits{.num_generations = 8, .max_completion_length = 100};

AlgorithmConfig resolved(const nlohmann::json& keys, const RolloutLimits& limits = kLimits) {
  return resolve(hone::core::from_json<AlgorithmConfig>(keys.is_null() ? nlohmann::json::object() : keys, "run.json"),
                 limits, "run.json");
}

}  // namespace

TEST_CASE("a loss brings its paper's settings", "[rl][algorithm]") {
  CHECK(resolved({}).epsilon == 0.2);
  CHECK(resolved({}).epsilon_high == 0.2);
  CHECK(resolved({}).scale_rewards == ScaleRewards::kGroup);
  const AlgorithmConfig dapo = resolved({{"loss_type", "dapo"}});
  CHECK(dapo.epsilon_high == 0.28);
  CHECK(*dapo.dynamic_sampling.enable);
  CHECK(*dapo.overlong.enable);
  CHECK(dapo.overlong.buffer == 20);
  CHECK(resolved({{"loss_type", "dr_grpo"}}).scale_rewards == ScaleRewards::kNone);
  CHECK(resolved({{"loss_type", "gspo"}}).epsilon == 3e-4);
  CHECK(resolved({{"loss_type", "gspo"}}).epsilon_high == 4e-4);
  CHECK(resolved({{"loss_type", "rloo"}}).advantage_estimator == AdvantageEstimator::kRloo);
  CHECK(resolved({{"loss_type", "reinforce++"}}).advantage_estimator == AdvantageEstimator::kReinforcePlusPlus);
}

TEST_CASE("a key that the user set wins over the loss's own", "[rl][algorithm]") {
  const AlgorithmConfig dapo =
      resolved({{"loss_type", "dapo"}, {"epsilon_high", 0.2}, {"dynamic_sampling", {{"enable", false}}}});
  CHECK(dapo.epsilon_high == 0.2);
  CHECK_FALSE(*dapo.dynamic_sampling.enable);
  CHECK(resolved({{"loss_type", "dr_grpo"}, {"scale_rewards", "group"}}).scale_rewards == ScaleRewards::kGroup);
  CHECK(resolved({{"loss_type", "gspo"}, {"epsilon", 0.01}}).epsilon_high == 0.01);
}

TEST_CASE("a resolved config read again is the same", "[rl][algorithm]") {
  for (const char* loss : {"grpo", "dr_grpo", "dapo", "gspo", "cispo", "rloo", "reinforce++"}) {
    const nlohmann::json once = hone::core::to_json(resolved({{"loss_type", loss}}));
    CHECK(hone::core::to_json(resolved(once)) == once);
  }
}

TEST_CASE("keys that contradict each other or would not act are named", "[rl][algorithm]") {
  CHECK_THROWS_WITH(resolved({{"delta", 1.1}}), ContainsSubstring("run.json: algorithm.delta is 1.1"));
  CHECK_THROWS_WITH(resolved({{"loss_type", "cispo"}, {"epsilon_high", 5.0}}), ContainsSubstring("cispo_cap"));
  CHECK_THROWS_WITH(resolved({{"loss_type", "rloo"}, {"scale_rewards", "group"}}), ContainsSubstring("scale_rewards"));
  CHECK_THROWS_WITH(resolved({{"gamma", 0.9}}), ContainsSubstring("algorithm.gamma is 0.9"));
  CHECK_THROWS_WITH(resolved({{"overlong", {{"enable", true}, {"buffer", 101}}}}),
                    ContainsSubstring("overlong.buffer"));
  CHECK_THROWS_AS(resolved({}, {.num_generations = 1, .max_completion_length = 100}), hone::core::ConfigError);
  CHECK_NOTHROW(resolved({{"loss_type", "reinforce++"}}, {.num_generations = 1, .max_completion_length = 100}));
}

TEST_CASE("groups without signal may be left out only without KL and entropy bonus", "[rl][algorithm]") {
  CHECK(skipping_is_exact(resolved({})));
  CHECK_FALSE(skipping_is_exact(resolved({{"beta", 0.01}})));
  CHECK_FALSE(skipping_is_exact(resolved({{"entropy_coef", 0.01}})));
}

TEST_CASE("old log-probabilities are kept only when weights move before the rollout is used up", "[rl][algorithm]") {
  CHECK_FALSE(needs_old_logprobs(resolved({})));
  CHECK(needs_old_logprobs(resolved({{"num_iterations", 2}})));
  CHECK(needs_old_logprobs(resolved({{"minibatches", 4}})));
}
