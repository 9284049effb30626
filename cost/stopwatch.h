#pragma once

#include <chrono>

namespace hone::cost {

/// Seconds of wall time since it was made or last read.
class Stopwatch {
 public:
  double lap() {
    const auto now = Clock::now();
    const auto seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return seconds;
  }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace hone::cost
