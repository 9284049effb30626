#pragma once

#include <ATen/core/Tensor.h>

#include <utility>

namespace hone::policies {

/// x / sqrt(mean(x²) + eps) · (weight + weight_offset) over the last axis, statistics in float32.
///   x [tokens, hidden], weight [hidden] of the same dtype; returns [tokens, hidden]. Else throws ShapeError.
/// Source: Zhang & Sennrich, 1910.07467, equation 4.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps, double weight_offset = 0.0);

/// The residual step and the norm that follows it, in one pass: (x + delta, rms_norm(x + delta)).
std::pair<at::Tensor, at::Tensor> add_rms_norm(const at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight,
                                               double eps, double weight_offset = 0.0);

}  // namespace hone::policies
