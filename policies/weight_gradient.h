#pragma once

#include <ATen/core/Tensor.h>

namespace hone::policies {

/// True of a bfloat16 weight that is trained. Its gradient is summed in float32 in its own grad(), by the operations
/// that read it; autograd would round every micro-batch's to bfloat16 before it is added.
[[nodiscard]] bool sums_in_float32(const at::Tensor& weight);

/// Adds gradᵀ · x.   weight [out, in], grad [tokens, out], x [tokens, in]; all bfloat16
void add_weight_gradient(const at::Tensor& weight, const at::Tensor& grad, const at::Tensor& x);

/// Adds each row of grad to the weight's row of that id.   weight [rows, width], ids [n] int64, grad [n, width]
void add_row_gradients(const at::Tensor& weight, const at::Tensor& ids, const at::Tensor& grad);

}  // namespace hone::policies
