#include "core/interrupt.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>

namespace {

/// Runs in a child, whose signals are its own; gives waitpid's status.
template <class Function>
int in_child(Function function) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(function());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("the first Ctrl-C only asks the run to stop", "[core][interrupt]") {
  const int status = in_child([] {
    hone::core::watch_interrupts();
    const bool before = hone::core::interrupted();
    raise(SIGINT);
    return !before && hone::core::interrupted() ? 7 : 1;
  });
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("the second signal ends the process, whichever it is", "[core][interrupt]") {
  const int status = in_child([] {
    hone::core::watch_interrupts();
    raise(SIGINT);
    raise(SIGTERM);
    return 7;
  });
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}
