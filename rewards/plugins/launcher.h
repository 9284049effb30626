#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "rewards/plugins/launch.h"

namespace hone::rewards::plugins {

/// Starts children on a thread of its own, which lives as long as it does: the kernel kills a child when the thread
/// that started it ends, and threads that score come and go.
class Launcher {
 public:
  Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;
  ~Launcher();

  /// What Child's constructor gives or throws.
  [[nodiscard]] std::unique_ptr<Child> launch(const LaunchPlan& plan, Confinement confinement);

 private:
  /// A child, or what throws the reason why there is none. Errors cross to the caller as values and are thrown there:
  /// an exception that two threads hold is freed by the last, behind the back of the thread sanitizer.
  struct Start {
    std::unique_ptr<Child> child;
    std::function<void()> fail;
  };
  using Task = std::packaged_task<Start()>;
  static Start start(const LaunchPlan& plan, Confinement confinement);
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace hone::rewards::plugins
