#pragma once

#include <chrono>
#include <functional>

namespace hone::rewards {

/// The clock that patience goes by, so that tests need none.
struct TimeSource {
  using Instant = std::chrono::steady_clock::time_point;
  std::function<Instant()> now;
  std::function<void(double seconds)> pause;
  std::function<std::chrono::system_clock::time_point()> wall_now;  // what dates in headers are compared with
};

[[nodiscard]] TimeSource real_time();

[[nodiscard]] inline std::chrono::steady_clock::duration seconds(double count) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(count));
}

}  // namespace hone::rewards
