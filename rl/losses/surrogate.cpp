#include "rl/losses/surrogate.h"

#include <ATen/ATen.h>

namespace hone::rl {

at::Tensor clipped_surrogate(const at::Tensor& ratio, const at::Tensor& advantages, const AlgorithmConfig& config) {
  const at::Tensor clipped = ratio.clamp(1.0 - config.epsilon.value(), 1.0 + config.epsilon_high.value());
  const at::Tensor bounded = config.delta ? ratio.clamp_max(*config.delta) : ratio;
  return -at::minimum(bounded * advantages, clipped * advantages);
}

at::Tensor capped_reinforce(const at::Tensor& ratio, const at::Tensor& advantages, const at::Tensor& logprobs,
                            double cap) {
  return -(ratio.detach().clamp_max(cap) * advantages) * logprobs;
}

}  // namespace hone::rl
