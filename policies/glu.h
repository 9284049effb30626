#pragma once

#include <ATen/core/Tensor.h>

#include "policies/decoder_config.h"

namespace hone::policies {

/// activation(gate) · up.   gate_up [tokens, 2·width], gate first; returns [tokens, width]. Else throws ShapeError.
/// Source: Shazeer, 2002.05202, equation 6: SwiGLU and, with the tanh form of GELU (Hendrycks & Gimpel, 1606.08415,
/// section 2), GEGLU.
at::Tensor glu(const at::Tensor& gate_up, Activation activation);

}  // namespace hone::policies
