#include "rl/overlong.h"

#include <algorithm>

namespace hone::rl {

double overlong_reward(std::int64_t length, std::int64_t max_length, std::int64_t buffer, double penalty) {
  const double excess = static_cast<double>(length - (max_length - buffer)) / static_cast<double>(buffer);
  return -penalty * std::clamp(excess, 0.0, 1.0);
}

}  // namespace hone::rl
