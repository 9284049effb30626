#include "rl/algorithm.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "core/error.h"

namespace hone::rl {
namespace {

/// Throws "run.json: algorithm.KEY WHAT".
class Complaint {
 public:
  explicit Complaint(std::string_view source) : source_(source) {}

  template <class... Parts>
  void require(bool holds, std::string_view key, const Parts&... what) const {
    if (holds) return;
    std::ostringstream message;
    message << source_ << ": algorithm." << key << ' ';
    (message << ... << what);
    throw core::ConfigError(message.str());
  }

 private:
  std::string source_;
};

bool whitens_tokens(AdvantageEstimator estimator) {
  return estimator == AdvantageEstimator::kReinforcePlusPlus ||
         estimator == AdvantageEstimator::kReinforcePlusPlusBaseline;
}

AdvantageEstimator estimator_of(LossType loss) {
  switch (loss) {
    case LossType::kRloo:
      return AdvantageEstimator::kRloo;
    case LossType::kReinforcePlusPlus:
      return AdvantageEstimator::kReinforcePlusPlus;
    default:
      return AdvantageEstimator::kGroup;
  }
}

/// A key that would be ignored is an error: the reader of the config would believe that it acts.
void refuse_keys_without_effect(const AlgorithmConfig& config, const Complaint& complaint) {
  const bool is_cispo = config.loss_type == LossType::kCispo;
  const char* const cispo = "is set, but cispo does not clip the ratio; its weight is capped by algorithm.cispo_cap";
  complaint.require(!(is_cispo && config.epsilon), "epsilon", cispo);
  complaint.require(!(is_cispo && config.epsilon_high), "epsilon_high", cispo);
  complaint.require(!(is_cispo && config.delta), "delta", cispo);
  const AdvantageEstimator estimator = config.advantage_estimator.value_or(estimator_of(config.loss_type));
  complaint.require(!config.scale_rewards || estimator == AdvantageEstimator::kGroup, "scale_rewards",
                    "is set, but acts only where algorithm.advantage_estimator is group");
  complaint.require(config.gamma == 1.0 || whitens_tokens(estimator), "gamma", "is ", config.gamma,
                    ", but only the reinforce++ estimators discount");
}

void fill_clip_range(AlgorithmConfig& config) {
  const bool is_gspo = config.loss_type == LossType::kGspo;
  if (!config.epsilon_high) {
    if (config.loss_type == LossType::kDapo) config.epsilon_high = 0.28;
    if (is_gspo && !config.epsilon) config.epsilon_high = 4e-4;
  }
  if (!config.epsilon) config.epsilon = is_gspo ? 3e-4 : 0.2;
  if (!config.epsilon_high) config.epsilon_high = config.epsilon;
}

void fill(AlgorithmConfig& config, const RolloutLimits& rollout) {
  const bool is_dapo = config.loss_type == LossType::kDapo;
  if (config.loss_type != LossType::kCispo) fill_clip_range(config);
  if (!config.advantage_estimator) config.advantage_estimator = estimator_of(config.loss_type);
  if (!config.scale_rewards && *config.advantage_estimator == AdvantageEstimator::kGroup)
    config.scale_rewards = config.loss_type == LossType::kDrGrpo ? ScaleRewards::kNone : ScaleRewards::kGroup;
  if (!config.dynamic_sampling.enable) config.dynamic_sampling.enable = is_dapo;
  if (!config.overlong.enable) config.overlong.enable = is_dapo;
  if (!config.overlong.buffer) config.overlong.buffer = std::max<std::int64_t>(1, rollout.max_completion_length / 5);
}

void check(const AlgorithmConfig& config, const RolloutLimits& rollout, const Complaint& complaint) {
  const double highest_ratio = 1.0 + config.epsilon_high.value_or(0.0);
  complaint.require(!config.delta || *config.delta > highest_ratio, "delta", "is ", config.delta.value_or(0.0),
                    ", needs more than 1 + epsilon_high, which is ", highest_ratio);
  complaint.require(!*config.overlong.enable || *config.overlong.buffer <= rollout.max_completion_length,
                    "overlong.buffer", "is ", *config.overlong.buffer,
                    ", needs at most rollout.max_completion_length, ", rollout.max_completion_length);
  const bool has_group = rollout.num_generations >= 2;
  complaint.require(has_group || *config.advantage_estimator == AdvantageEstimator::kReinforcePlusPlus,
                    "advantage_estimator", "compares an answer with its siblings, but rollout.num_generations is ",
                    rollout.num_generations, ", needs at least 2");
  complaint.require(has_group || !*config.dynamic_sampling.enable, "dynamic_sampling.enable",
                    "is true, but rollout.num_generations is ", rollout.num_generations, ", needs at least 2");
}

}  // namespace

AlgorithmConfig resolve(AlgorithmConfig config, const RolloutLimits& rollout, std::string_view source) {
  const Complaint complaint(source);
  refuse_keys_without_effect(config, complaint);
  fill(config, rollout);
  check(config, rollout, complaint);
  return config;
}

bool skipping_is_exact(const AlgorithmConfig& config) {
  return config.beta == 0.0 && config.entropy_coef == 0.0;
}

bool needs_old_logprobs(const AlgorithmConfig& config) {
  return config.num_iterations > 1 || config.minibatches > 1;
}

}  // namespace hone::rl
