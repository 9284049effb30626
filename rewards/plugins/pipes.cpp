#include "rewards/plugins/pipes.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "core/error.h"

namespace hone::rewards::plugins {

Pipe make_pipe() {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw core::Error("no pipe for a worker: " + std::system_category().message(errno));
  }
  const File low[2] = {File(ends[0]), File(ends[1])};
  constexpr int kLowest = 10;
  Pipe made{File(fcntl(low[0].get(), F_DUPFD_CLOEXEC, kLowest)), File(fcntl(low[1].get(), F_DUPFD_CLOEXEC, kLowest))};
  if (made.read.get() < 0 || made.write.get() < 0) {
    throw core::Error("no pipe for a worker: " + std::system_category().message(errno));
  }
  return made;
}

void widen(const File& end) {
  constexpr int kBytes = 1 << 18;
  (void)fcntl(end.get(), F_SETPIPE_SZ, kBytes);
}

int handed_on(File& end) {
  (void)fcntl(end.get(), F_SETFL, O_NONBLOCK);
  return end.release();
}

}  // namespace hone::rewards::plugins
