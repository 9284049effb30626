#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace hone::policies {

/// x · weightᵀ + bias; differentiable.   x [tokens, in], weight [out, in], bias [out] or undefined; [tokens, out]
/// The gradient of a bfloat16 weight is added up as weight_gradient.h says.
at::Tensor project(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// Whether a forward pass goes through the adapters: switched off, a policy with LoRA is its own reference.
enum class Adapters { kOn, kOff };

/// A low-rank addition to some rows of a projection: y[:, first_row …] += scale · (x · aᵀ) · bᵀ.
///   a [rank, in], b [rows, rank]
/// Source: Hu et al., 2106.09685, equation 3.
struct LowRank {
  at::Tensor a, b;
  std::int64_t first_row = 0;
  double scale = 1.0;
};

/// x · weightᵀ + bias, and what adapters add.   weight [out, in], bias [out] or undefined
struct Projection {
  at::Tensor weight, bias;
  std::vector<LowRank> adapters;  // by first_row, disjoint
  at::Tensor packed;              // the weight in another layout, while decoding; undefined otherwise

  /// x [tokens, in] → [tokens, out]; differentiable.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x, Adapters use) const;
};

}  // namespace hone::policies
