#include "rl/losses/policy_loss.h"

#include <ATen/ATen.h>

#include <string>

#include "core/error.h"
#include "rl/kl.h"
#include "rl/losses/metric_sums.h"
#include "rl/losses/ratio.h"
#include "rl/losses/surrogate.h"
#include "rl/losses/weights.h"

namespace hone::rl {
namespace {

void check_length(const at::Tensor& tensor, std::int64_t length, const char* name, bool is_needed) {
  if (!tensor.defined()) {
    if (is_needed) throw core::Error(std::string("policy_loss: ") + name + " is undefined, but this config needs it");
    return;
  }
  if (tensor.dim() != 1 || tensor.size(0) != length)
    throw core::ShapeError(std::string("policy_loss: ") + name + " is " + c10::str(tensor.sizes()) + ", needs [" +
                           std::to_string(length) + ']');
}

void check(const AlgorithmConfig& config, const LossInput& input) {
  if (!input.logprobs.defined() || input.logprobs.dim() != 1 || input.logprobs.numel() == 0)
    throw core::ShapeError("policy_loss: logprobs need [tokens] with at least one token");
  const std::int64_t tokens = input.logprobs.size(0);
  check_length(input.old_logprobs, tokens, "old_logprobs", false);
  check_length(input.reference_logprobs, tokens, "reference_logprobs", config.beta != 0.0);
  check_length(input.rollout_logprobs, tokens, "rollout_logprobs", config.importance_sampling_cap.has_value());
  check_length(input.entropy, tokens, "entropy", config.entropy_coef != 0.0);
  check_length(input.advantages, tokens, "advantages", true);
  check_length(input.row_of_token, tokens, "row_of_token", true);
  if (!input.row_lengths.defined()) throw core::Error("policy_loss: row_lengths is undefined");
  check_length(input.row_weight, input.row_lengths.numel(), "row_weight", true);
}

at::Tensor policy_term(const AlgorithmConfig& config, const LossInput& input, const at::Tensor& ratio) {
  if (config.loss_type == LossType::kCispo)
    return capped_reinforce(ratio, input.advantages, input.logprobs, config.cispo_cap);
  return clipped_surrogate(ratio, input.advantages, config);
}

}  // namespace

LossOutput policy_loss(const AlgorithmConfig& config, const LossInput& input, const Denominators& denominators) {
  check(config, input);
  const TokenWeights weights = token_weights(config.loss_type, input, denominators);
  // Without old log-probabilities the weights are those that sampled: logprobs - sg[logprobs] is exactly 0, the
  // ratio 1.
  const at::Tensor old_logprobs = input.old_logprobs.defined() ? input.old_logprobs : input.logprobs.detach();
  const at::Tensor ratio = importance_ratio(config.loss_type, input, old_logprobs);

  at::Tensor policy = policy_term(config, input, ratio);  // [tokens]
  at::Tensor rollout, kl;                                 // [tokens]
  if (input.rollout_logprobs.defined()) rollout = rollout_weight(config, input, old_logprobs);
  if (config.importance_sampling_cap) policy = policy * rollout;
  policy = (policy * weights.policy).sum();  // []

  at::Tensor loss = policy;
  if (input.reference_logprobs.defined())
    kl = kl_estimate(input.logprobs, input.reference_logprobs, config.kl_estimator);
  if (config.beta != 0.0) loss = loss + config.beta * (kl * weights.kl).sum();
  if (config.entropy_coef != 0.0)
    loss = loss - config.entropy_coef / std::max(1.0, denominators.tokens) * (input.entropy * weights.token).sum();

  return {loss, metric_sums(config, input, weights, {loss, policy, ratio, old_logprobs, rollout, kl})};
}

}  // namespace hone::rl
