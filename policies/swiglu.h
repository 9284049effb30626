#pragma once

#include <ATen/core/Tensor.h>

namespace hone::policies {

/// silu(gate) · up.   gate_up [tokens, 2·width], gate first; returns [tokens, width]. Else throws
/// ShapeError.
/// Source: Shazeer, 2002.05202, equation 6.
at::Tensor swiglu(const at::Tensor& gate_up);

}  // namespace hone::policies
