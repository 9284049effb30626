#include "rewards/remote/rate.h"

#include <algorithm>

namespace hone::rewards {

Rate::Rate(double per_minute)
    : per_s_(per_minute / 60.0), capacity_(std::max(1.0, per_minute / 10.0)), level_(capacity_) {}

std::optional<double> Rate::take(double amount, TimeSource::Instant now, double most_wait_s) {
  if (per_s_ <= 0) {
    return 0.0;
  }
  const std::lock_guard lock(mutex_);
  if (last_ && now > *last_) {
    level_ = std::min(capacity_, level_ + std::chrono::duration<double>(now - *last_).count() * per_s_);
  }
  last_ = std::max(now, last_.value_or(now));
  // An amount beyond the capacity could never be there at once.
  const double needed = std::min(amount, capacity_);
  const double wait_s = std::max(0.0, (needed - level_) / per_s_);
  if (wait_s > most_wait_s) {
    return std::nullopt;
  }
  level_ -= amount;
  return wait_s;
}

void Rate::give_back(double amount) {
  const std::lock_guard lock(mutex_);
  level_ = std::min(capacity_, level_ + amount);
}

}  // namespace hone::rewards
