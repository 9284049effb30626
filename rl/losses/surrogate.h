#pragma once

#include <ATen/core/ATen_fwd.h>

#include "rl/algorithm.h"

namespace hone::rl {

/// PPO's clipped surrogate, [tokens]: -min(r A, clip(r, 1 - epsilon, 1 + epsilon_high) A), with r bounded by `delta` in
/// the first term when it is set. Sources: PPO (1707.06347) equation 7; epsilon_high: DAPO (2503.14476) equation 10;
/// delta: dual clip (1912.09729) equation 5, which for delta > 1 + epsilon_high is TRL's two-sided `delta`.
[[nodiscard]] at::Tensor clipped_surrogate(const at::Tensor& ratio, const at::Tensor& advantages,
                                           const AlgorithmConfig& config);

/// CISPO (2506.13585, equations 4 and 5), [tokens]: -sg[min(r, cap)] A logp. No token loses its gradient.
[[nodiscard]] at::Tensor capped_reinforce(const at::Tensor& ratio, const at::Tensor& advantages,
                                          const at::Tensor& logprobs, double cap);

}  // namespace hone::rl
