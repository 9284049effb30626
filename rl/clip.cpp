#include "rl/clip.h"

#include <ATen/ATen.h>

namespace hone::rl {

at::Tensor gradient_norm(at::TensorList gradients) {
  return at::linalg_vector_norm(at::stack(at::_foreach_norm(gradients)));
}

at::Tensor clip_gradients(at::TensorList gradients, double max_norm) {
  const at::NoGradGuard no_grad;
  const at::Tensor norm = gradient_norm(gradients);
  // The coefficient stays on the device: comparing it on the host would be a sync.
  at::_foreach_mul_(gradients, (max_norm / (norm + 1e-6)).clamp_max(1.0));
  return norm;
}

}  // namespace hone::rl
