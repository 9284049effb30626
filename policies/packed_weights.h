#pragma once

#include <ATen/core/Tensor.h>

namespace hone::policies {

/// A weight [out, in] laid out as oneDNN's matrix products want it, for about `rows` rows at a time: a product with a
/// plain one lays it out anew at every call, which at few rows takes as long as the product. Undefined where that pays
/// nothing: off the CPU, in float32, or on a CPU without bfloat16 instructions.
at::Tensor packed_weight(const at::Tensor& weight, std::int64_t rows);

/// x · weightᵀ + bias with such a weight; not differentiable.   x [rows, in], bias [out] or undefined
at::Tensor packed_linear(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias);

}  // namespace hone::policies
