#include "core/interrupt.h"

#include <atomic>
#include <cerrno>
#include <csignal>

#include "core/error.h"

namespace hone::core {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // else it may not be touched in a handler

// Both signals lose their handler at the first of either: SIGTERM after Ctrl-C must end the process too.
void on_signal(int /*signal*/) {
  const int saved_errno = errno;
  flag.store(true);
  struct sigaction restored {};
  restored.sa_handler = SIG_DFL;
  sigaction(SIGINT, &restored, nullptr);
  sigaction(SIGTERM, &restored, nullptr);
  errno = saved_errno;
}

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  if (sigaction(SIGINT, &action, nullptr) != 0 || sigaction(SIGTERM, &action, nullptr) != 0) {
    throw Error("cannot handle SIGINT and SIGTERM");
  }
}

bool interrupted() noexcept {
  return flag.load();
}

}  // namespace hone::core
