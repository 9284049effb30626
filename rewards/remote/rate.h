#pragma once

#include <mutex>
#include <optional>

#include "rewards/remote/time_source.h"

namespace hone::rewards {

/// A token bucket: so much a minute, of which a tenth may be taken at once. Safe from several threads.
class Rate {
 public:
  /// 0 a minute: no limit.
  explicit Rate(double per_minute);

  /// Takes `amount` and says how many seconds to wait before using it; nothing, and takes nothing, if that is more than
  /// `most_wait_s`. More than fits at once is let through when the bucket is full, and owed.
  [[nodiscard]] std::optional<double> take(double amount, TimeSource::Instant now, double most_wait_s);
  /// Gives back what was taken too much; below 0, takes more.
  void give_back(double amount);

 private:
  double per_s_;
  double capacity_;
  std::mutex mutex_;
  double level_;  // below 0: owed by those who wait
  std::optional<TimeSource::Instant> last_;
};

}  // namespace hone::rewards
