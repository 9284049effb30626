#pragma once

#include <mutex>
#include <string>

#include "rewards/remote/time_source.h"

namespace hone::rewards {

/// Leaves a service alone that failed often in a row; after a pause one request tries it, and if that fails too, there
/// is another pause. Safe from several threads.
class Breaker {
 public:
  /// 0 failures: it never opens.
  Breaker(int failures, double pause_s);

  /// Whether to ask now. Who is told yes reports what came of it.
  [[nodiscard]] bool lets_through(TimeSource::Instant now);
  void succeeded();
  void failed(TimeSource::Instant now, const std::string& why);
  /// How often it failed in a row, and why the last time.
  [[nodiscard]] std::string complaint() const;

 private:
  const int limit_;
  const double pause_s_;
  mutable std::mutex mutex_;  // guards all below
  int failures_ = 0;
  std::string last_failure_;
  TimeSource::Instant opens_until_{};
};

}  // namespace hone::rewards
