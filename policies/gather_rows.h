#pragma once

#include <ATen/core/Tensor.h>

namespace hone::policies {

/// table[ids].   table [rows, width], ids [n] int64; returns [n, width].
/// The gradient of a row that is read often is summed in float32, which a bfloat16 sum of thousands of terms needs.
at::Tensor gather_rows(const at::Tensor& table, const at::Tensor& ids);

}  // namespace hone::policies
