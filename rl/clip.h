#pragma once

#include <ATen/core/ATen_fwd.h>
#include <ATen/core/Tensor.h>

namespace hone::rl {

/// The 2-norm over all gradients together: [] float32 on their device, no sync.
[[nodiscard]] at::Tensor gradient_norm(at::TensorList gradients);

/// Scales the gradients in place by min(1, max_norm / (norm + 1e-6)), as torch.nn.utils.clip_grad_norm_ does, without a
/// device sync. Returns the norm from before. A norm that is not finite makes the gradients so too: read it (it is
/// synced with the step's other figures) and stop before anything is saved.
at::Tensor clip_gradients(at::TensorList gradients, double max_norm);

}  // namespace hone::rl
