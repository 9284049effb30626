#include "rewards/plugins/strays.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace hone::rewards::plugins {
namespace {

namespace fs = std::filesystem;

/// The first part of the environment that a process was started with; empty when it is gone or another user's.
std::string environment_of(const fs::path& folder) {
  constexpr std::size_t kMostBytes = 64 << 10;
  std::string text;
  const int file = open((folder / "environ").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return text;
  }
  char bytes[4096];
  for (ssize_t got = 0; text.size() < kMostBytes && (got = read(file, bytes, sizeof(bytes))) > 0;) {
    text.append(bytes, static_cast<std::size_t>(got));
  }
  close(file);
  return text;
}

/// A zombie's environment reads as empty, so those that are dead already are not among them.
std::vector<pid_t> find(const std::string& beginning) {
  const std::string wanted = kMarkName + "=" + beginning;
  std::vector<pid_t> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t pid = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (read.ec == std::errc() && read.ptr == name.data() + name.size() && pid != getpid() &&
        environment_of(entry->path()).find(wanted) != std::string::npos) {
      found.push_back(pid);
    }
  }
  return found;
}

}  // namespace

void kill_strays(const std::string& mark) {
  constexpr int kMostRounds = 50;  // each catches what was started during the one before
  for (int round = 0; round < kMostRounds; ++round) {
    const auto found = find(mark + '\0');
    if (found.empty()) {
      return;
    }
    std::for_each(found.begin(), found.end(), [](pid_t pid) { kill(pid, SIGKILL); });
    usleep(1000);
  }
}

int count_strays(const std::string& prefix) {
  return static_cast<int>(find(prefix).size());
}

}  // namespace hone::rewards::plugins
