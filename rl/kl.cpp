#include "rl/kl.h"

#include <ATen/ATen.h>

#include "rl/losses/bounded.h"

namespace hone::rl {

at::Tensor kl_estimate(const at::Tensor& logprobs, const at::Tensor& reference_logprobs, KlEstimator estimator) {
  constexpr double kMaxLogRatio = 20.0;
  const at::Tensor difference = bounded(reference_logprobs - logprobs, -kMaxLogRatio, kMaxLogRatio);  // [tokens]
  switch (estimator) {
    case KlEstimator::kK1:
      return -difference;
    case KlEstimator::kK2:
      return 0.5 * difference.square();
    case KlEstimator::kK3:
      break;
  }
  return difference.expm1() - difference;
}

}  // namespace hone::rl
