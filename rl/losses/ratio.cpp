#include "rl/losses/ratio.h"

#include <ATen/ATen.h>

#include "rl/losses/bounded.h"
#include "rl/losses/weights.h"

namespace hone::rl {
namespace {

/// Beyond this a ratio says only that something is broken; exp of the raw difference would be inf.
constexpr double kMaxLogRatio = 20.0;

at::Tensor clamped_exp(const at::Tensor& log_ratio) {
  return bounded(log_ratio, -kMaxLogRatio, kMaxLogRatio).exp();
}

/// Each row's sum, at each of its tokens.
at::Tensor row_sum_of_token(const at::Tensor& values, const LossInput& input) {
  return row_sums(values, input).gather(0, input.row_of_token);  // [tokens]
}

}  // namespace

at::Tensor importance_ratio(LossType loss, const LossInput& input, const at::Tensor& old_logprobs) {
  if (!has_sequence_ratio(loss)) return clamped_exp(input.logprobs - old_logprobs);
  const at::Tensor current = input.logprobs.detach();
  const at::Tensor lengths = input.row_lengths.gather(0, input.row_of_token);  // [tokens]
  at::Tensor row_log_ratio = row_sum_of_token(current - old_logprobs, input);  // [tokens]
  at::Tensor through_token = input.logprobs - current;  // exactly 0, with the gradient of logprobs
  if (loss == LossType::kGspo)
    row_log_ratio = row_log_ratio / lengths;
  else
    through_token = through_token * lengths;
  return clamped_exp(row_log_ratio + through_token);
}

at::Tensor rollout_weight(const AlgorithmConfig& config, const LossInput& input, const at::Tensor& old_logprobs) {
  at::Tensor log_ratio = old_logprobs - input.rollout_logprobs;
  if (config.loss_type == LossType::kRloo) log_ratio = row_sum_of_token(log_ratio, input);
  const at::Tensor ratio = clamped_exp(log_ratio);
  return config.importance_sampling_cap ? ratio.clamp_max(*config.importance_sampling_cap) : ratio;
}

}  // namespace hone::rl
