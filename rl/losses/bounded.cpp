#include "rl/losses/bounded.h"

#include <ATen/ATen.h>

namespace hone::rl {

at::Tensor bounded(const at::Tensor& values, double low, double high) {
  const at::Tensor fixed = values.detach();
  const at::Tensor is_inside = (fixed >= low).bitwise_and(fixed <= high).to(values.scalar_type());
  return fixed.clamp(low, high) + is_inside * (values - fixed);  // the second term is 0 and carries the gradient
}

at::Tensor smaller(const at::Tensor& first, const at::Tensor& second) {
  const at::Tensor takes_first = (first.detach() <= second.detach()).to(first.scalar_type());
  return takes_first * first + (1.0 - takes_first) * second;
}

}  // namespace hone::rl
