#pragma once

#include <ATen/core/ATen_fwd.h>

#include "rl/algorithm.h"

namespace hone::rl {

/// Per-token estimate of KL(policy || reference) on tokens that the policy sampled, with gradient in `logprobs`.
///   logprobs, reference_logprobs, returned: [tokens] float32
/// With d = clamp(reference - logprobs, -20, 20):
///   k1 = -d                 unbiased value; as a loss its expected gradient is zero (E[grad log p] = 0): noise only
///   k2 = d^2 / 2            biased value; as a loss its expected gradient is that of KL(policy || reference)
///   k3 = exp(d) - d - 1     unbiased and >= 0; as a loss its expected gradient is that of KL(reference || policy)
/// The value of k3 is not clamped (verl clamps it to 10, which removes the pull where the policy has gone furthest).
/// Source: Schulman, "Approximating KL divergence" (2020); the gradients: Tang & Munos (2506.09477).
[[nodiscard]] at::Tensor kl_estimate(const at::Tensor& logprobs, const at::Tensor& reference_logprobs,
                                     KlEstimator estimator);

}  // namespace hone::rl
