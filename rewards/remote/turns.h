#pragma once

#include <condition_variable>
#include <mutex>

#include "rewards/remote/time_source.h"

namespace hone::rewards {

/// So many at once, the others wait. Safe from several threads.
class Turns {
 public:
  explicit Turns(int count) : free_(count) {}

  /// False if none was free for so long.
  [[nodiscard]] bool take(double most_wait_s) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, seconds(most_wait_s), [this] { return free_ > 0; })) {
      return false;
    }
    --free_;
    return true;
  }
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int free_;
};

}  // namespace hone::rewards
