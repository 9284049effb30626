#include "rl/losses/surrogate.h"

#include <ATen/ATen.h>

#include <limits>

#include "rl/losses/bounded.h"

namespace hone::rl {

at::Tensor clipped_surrogate(const at::Tensor& ratio, const at::Tensor& advantages, const AlgorithmConfig& config) {
  constexpr double kUnbounded = std::numeric_limits<double>::infinity();
  const at::Tensor clipped = bounded(ratio, 1.0 - config.epsilon.value(), 1.0 + config.epsilon_high.value());
  const at::Tensor unclipped = config.delta ? bounded(ratio, -kUnbounded, *config.delta) : ratio;
  return -smaller(unclipped * advantages, clipped * advantages);
}

at::Tensor capped_reinforce(const at::Tensor& ratio, const at::Tensor& advantages, const at::Tensor& logprobs,
                            double cap) {
  return -(ratio.detach().clamp_max(cap) * advantages) * logprobs;
}

}  // namespace hone::rl
