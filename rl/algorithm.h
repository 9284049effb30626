#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "core/config.h"

namespace hone::rl {

/// The policy losses by name. `docs/losses.md` gives the formula of each as coded.
enum class LossType { kGrpo, kDrGrpo, kDapo, kGspo, kCispo, kRloo, kReinforcePlusPlus };

/// How an answer's reward becomes its advantage.
enum class AdvantageEstimator {
  kGroup,                      // reward minus the group's mean, scaled as `scale_rewards` says
  kRloo,                       // reward minus the mean of its siblings (leave-one-out)
  kReinforcePlusPlus,          // discounted return, whitened over all answer tokens of the batch
  kReinforcePlusPlusBaseline,  // the same after the group's mean is subtracted
};

/// What a centred reward is divided by: its group's standard deviation, the whole batch's, or nothing (Dr. GRPO).
enum class ScaleRewards { kGroup, kBatch, kNone };

/// Estimators of KL(policy || reference) from sampled tokens: rl/kl.h.
enum class KlEstimator { kK1, kK2, kK3 };

/// Groups whose rewards are all equal are thrown away and others drawn in their place (DAPO, section 3.2).
struct DynamicSamplingConfig {
  std::optional<bool> enable;
  std::int64_t max_batches = 10;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("enable", enable, "Refill groups whose rewards are all equal. Unset: on for dapo, off for the others.");
    visit("max_batches", max_batches, "Rollout rounds for one step before it goes on with what it has.",
          core::at_least(1));
  }
};

/// Soft overlong punishment (DAPO, equation 13): rl/overlong.h.
struct OverlongConfig {
  std::optional<bool> enable;
  std::optional<std::int64_t> buffer;
  double penalty = 1.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("enable", enable, "Punish answers that come near the length limit. Unset: on for dapo, off for the others.");
    visit("buffer", buffer,
          "Tokens before max_completion_length over which the punishment grows. Unset: a fifth of the limit.",
          core::at_least(1));
    visit("penalty", penalty, "Punishment at the limit, taken off the reward.", core::at_least(0));
  }
};

/// The `algorithm` section of a config. Leaf names follow TRL. A key that the user leaves out takes the value that
/// its loss's paper uses (`resolve`); one that the user sets always wins.
struct AlgorithmConfig {
  LossType loss_type = LossType::kGrpo;
  double beta = 0.0;
  KlEstimator kl_estimator = KlEstimator::kK3;
  std::optional<double> epsilon;
  std::optional<double> epsilon_high;
  std::optional<double> delta;
  double cispo_cap = 5.0;
  double entropy_coef = 0.0;
  std::optional<AdvantageEstimator> advantage_estimator;
  std::optional<ScaleRewards> scale_rewards;
  bool std_unbiased = true;
  double std_eps = 1e-4;
  double gamma = 1.0;
  std::int64_t num_iterations = 1;
  std::int64_t minibatches = 1;
  std::optional<double> importance_sampling_cap;
  bool mask_truncated_completions = false;
  DynamicSamplingConfig dynamic_sampling;
  OverlongConfig overlong;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("loss_type", loss_type, "Policy loss; see docs/losses.md.");
    visit("beta", beta, "Weight of the KL to the reference policy in the loss. 0: no reference is loaded.",
          core::at_least(0));
    visit("kl_estimator", kl_estimator, "Estimator of that KL.");
    visit("epsilon", epsilon, "The ratio is clipped at 1 - epsilon. Unset: 0.2; gspo 3e-4.", core::at_least(0));
    visit(
        "epsilon_high", epsilon_high,
        "The ratio is clipped at 1 + epsilon_high. Unset: 0.28 for dapo, 4e-4 for gspo without epsilon, else epsilon.",
        core::at_least(0));
    visit("delta", delta,
          "Dual clip: upper bound of the ratio where the advantage is negative, above 1 + epsilon_high. null: none.",
          core::greater_than(1));
    visit("cispo_cap", cispo_cap, "CISPO: upper bound of the importance weight itself (not of its excess over 1).",
          core::greater_than(0));
    visit("entropy_coef", entropy_coef, "Weight of the mean entropy of a token, taken off the loss.",
          core::at_least(0));
    visit("advantage_estimator", advantage_estimator, "How rewards become advantages. Unset: as the loss has it.");
    visit("scale_rewards", scale_rewards, "What centred rewards are divided by. Unset: none for dr_grpo, else group.");
    visit("std_unbiased", std_unbiased, "Divide the variance by n - 1 (sample) rather than by n (population).");
    visit("std_eps", std_eps, "Added to the standard deviation, outside the root.", core::at_least(0));
    visit("gamma", gamma, "Discount per token of reinforce++.", core::in_range(0, 1));
    visit("num_iterations", num_iterations, "Passes over one rollout.", core::at_least(1));
    visit("minibatches", minibatches, "Optimizer steps that one pass over a rollout is cut into.", core::at_least(1));
    visit("importance_sampling_cap", importance_sampling_cap,
          "Truncated importance sampling between rollout and trainer: upper bound of the weight. null: off.",
          core::greater_than(0));
    visit("mask_truncated_completions", mask_truncated_completions,
          "Leave answers that hit the length limit out of the loss.");
    visit("dynamic_sampling", dynamic_sampling, "Refilling of groups that teach nothing.");
    visit("overlong", overlong, "Soft punishment of answers near the length limit.");
  }
};

/// What the algorithm must know of the rollout to fill and check its config.
struct RolloutLimits {
  std::int64_t num_generations = 0;
  std::int64_t max_completion_length = 0;
};

/// The config with every unset key filled as its loss has it. null remains where it means "off" (`delta`,
/// `importance_sampling_cap`) and where the key would not act (the clip range of cispo, `scale_rewards` without group
/// scaling); so resolving twice changes nothing. `source` is the config file's name, for messages.
/// Throws ConfigError where keys contradict each other or the rollout, and where a set key would not act.
[[nodiscard]] AlgorithmConfig resolve(AlgorithmConfig config, const RolloutLimits& rollout, std::string_view source);

/// True if answers whose advantages are all zero may be left out of forward and backward without changing the
/// gradient, as long as the denominators stay those of the full batch. With A = 0 every policy loss here has a gradient
/// of exactly zero in that answer's log-probabilities: each is A times something, and no answer's ratio enters
/// another's loss. What remains are the KL and the entropy bonus, which pull on every token: so both must be off.
[[nodiscard]] bool skipping_is_exact(const AlgorithmConfig& config);

/// True if some update is made with weights that are no longer those that sampled, so that the trainer must keep the
/// log-probabilities from before the rollout's first update. When false, the ratio is exactly 1 throughout.
[[nodiscard]] bool needs_old_logprobs(const AlgorithmConfig& config);

}  // namespace hone::rl

template <>
struct hone::core::EnumNames<hone::rl::LossType> {
  using Type = hone::rl::LossType;
  static constexpr std::pair<Type, const char*> values[] = {{Type::kGrpo, "grpo"},
                                                            {Type::kDrGrpo, "dr_grpo"},
                                                            {Type::kDapo, "dapo"},
                                                            {Type::kGspo, "gspo"},
                                                            {Type::kCispo, "cispo"},
                                                            {Type::kRloo, "rloo"},
                                                            {Type::kReinforcePlusPlus, "reinforce++"}};
};

template <>
struct hone::core::EnumNames<hone::rl::AdvantageEstimator> {
  using Type = hone::rl::AdvantageEstimator;
  static constexpr std::pair<Type, const char*> values[] = {{Type::kGroup, "group"},
                                                            {Type::kRloo, "rloo"},
                                                            {Type::kReinforcePlusPlus, "reinforce++"},
                                                            {Type::kReinforcePlusPlusBaseline, "reinforce++_baseline"}};
};

template <>
struct hone::core::EnumNames<hone::rl::ScaleRewards> {
  using Type = hone::rl::ScaleRewards;
  static constexpr std::pair<Type, const char*> values[] = {
      {Type::kGroup, "group"}, {Type::kBatch, "batch"}, {Type::kNone, "none"}};
};

template <>
struct hone::core::EnumNames<hone::rl::KlEstimator> {
  using Type = hone::rl::KlEstimator;
  static constexpr std::pair<Type, const char*> values[] = {{Type::kK1, "k1"}, {Type::kK2, "k2"}, {Type::kK3, "k3"}};
};
