#include "rewards/remote/time_source.h"

#include <thread>

namespace hone::rewards {

TimeSource real_time() {
  return {[] { return std::chrono::steady_clock::now(); },
          [](double count) { std::this_thread::sleep_for(std::chrono::duration<double>(count)); },
          [] { return std::chrono::system_clock::now(); }};
}

}  // namespace hone::rewards
