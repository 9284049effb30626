#include "rewards/plugins/launcher.h"

#include <string>
#include <utility>

#include "core/error.h"
#include "rewards/plugins/isolation_error.h"

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
  Task task([&plan, confinement] { return start(plan, confinement); });
  auto started = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
  Start result = started.get();
  if (result.fail) {
    result.fail();
  }
  return std::move(result.child);
}

Launcher::Start Launcher::start(const LaunchPlan& plan, Confinement confinement) {
  try {
    return {std::make_unique<Child>(plan, confinement), nullptr};
  } catch (const IsolationError& error) {
    return {nullptr, [what = std::string(error.what())] { throw IsolationError(what); }};
  } catch (const core::FileError& error) {
    return {nullptr, [what = std::string(error.what())] { throw core::FileError(what); }};
  } catch (const core::ConfigError& error) {
    return {nullptr, [what = std::string(error.what())] { throw core::ConfigError(what); }};
  } catch (const std::exception& error) {
    return {nullptr, [what = std::string(error.what())] { throw core::Error(what); }};
  }
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
