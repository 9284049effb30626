#pragma once

#include <ATen/core/Tensor.h>

#include "rl/losses/policy_loss.h"

namespace hone::rl {

/// The importance ratio policy / old of each token, [tokens] with grad: exp of the log-ratio clamped to +-20.
///   token losses  r_t = exp(logp_t - old_t)
///   gspo          s   = exp(mean over the row of logp - old), the same at each of its tokens
///   rloo          r   = exp(sum over the row of logp - old): the sequence as one action
/// A row's ratio is written as sg[l] + c * (logp_t - sg[logp_t]) inside the exp, with c = 1 for gspo and the row's
/// length for rloo: the gradient flows through each token by itself and, averaged over the row, is that of the row's
/// ratio (GSPO 2507.18071, section 4.3).
[[nodiscard]] at::Tensor importance_ratio(LossType loss, const LossInput& input, const at::Tensor& old_logprobs);

/// The weight min(exp(old - rollout), cap) that corrects the mismatch between what sampled and what is trained,
/// [tokens] without grad; for rloo of the row's sum. `cap` unset: not truncated, for the metrics. Source: Yao et al.,
/// "Your efficient RL framework secretly brings you off-policy RL training" (2025).
[[nodiscard]] at::Tensor rollout_weight(const AlgorithmConfig& config, const LossInput& input,
                                        const at::Tensor& old_logprobs);

}  // namespace hone::rl
