#include "rewards/plugins/launcher.h"

#include <utility>

namespace hone::rewards::plugins {

Launcher::Launcher() : thread_([this] { run(); }) {}

Launcher::~Launcher() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::unique_ptr<Child> Launcher::launch(const LaunchPlan& plan, Confinement confinement) {
  Task task([&plan, confinement] { return std::make_unique<Child>(plan, confinement); });
  auto started = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
  return started.get();
}

void Launcher::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_over_ || !tasks_.empty(); });
    if (tasks_.empty()) {
      return;
    }
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}

}  // namespace hone::rewards::plugins
