#include "rewards/plugins/launch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <optional>
#include <random>
#include <system_error>
#include <thread>
#include <utility>

#include "rewards/plugins/child.h"
#include "rewards/plugins/isolation_error.h"
#include "rewards/plugins/pipes.h"
#include "rewards/plugins/strays.h"

namespace hone::rewards::plugins {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  return std::system_category().message(error);
}

std::string new_mark() {
  static std::atomic<std::uint64_t> count{0};
  std::random_device device;
  return std::to_string(getpid()) + "-" + std::to_string(++count) + "-" + std::to_string(device()) +
         std::to_string(device());
}

fs::path make_folder(const fs::path& root) {
  std::string name = (root / ("hone-scorer-" + std::to_string(getpid()) + "-XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) {
    throw core::FileError("no folder for a worker: " + name + ": " + reason(errno));
  }
  return name;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) {
    result.push_back(text.data());
  }
  result.push_back(nullptr);
  return result;
}

/// Signals that arrive between fork and exec must not run the host's handlers in the child.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Owns what a ChildPlan points to.
class Prepared {
 public:
  Prepared(const LaunchPlan& plan, const std::string& folder, const std::string& mark)
      : plan_(plan),
        program_(plan.program.string()),
        folder_(folder),
        working_folder_(plan.working_folder.empty() ? folder : plan.working_folder.string()),
        user_map_(kInside + std::to_string(geteuid()) + " 1"),
        group_map_(kInside + std::to_string(getegid()) + " 1") {
    plan_.environment.push_back("HOME=" + folder);
    plan_.environment.push_back("TMPDIR=" + folder);
    plan_.environment.push_back(kMarkName + "=" + mark);
    arguments_ = pointers(plan_.arguments);
    environment_ = pointers(plan_.environment);
  }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  /// Without pipes and confinement.
  [[nodiscard]] ChildPlan child() const {
    ChildPlan child;
    child.program = program_.c_str();
    child.arguments = arguments_.data();
    child.environment = environment_.data();
    child.folder = folder_.c_str();
    child.working_folder = working_folder_.c_str();
    child.user_map = user_map_.c_str();
    child.group_map = group_map_.c_str();
    child.memory_bytes = plan_.memory_bytes;
    child.files = plan_.files;
    child.processes = plan_.processes;
    child.file_bytes = plan_.file_bytes;
    return child;
  }

 private:
  static constexpr auto kInside = "65534 ";  // nobody

  LaunchPlan plan_;
  std::string program_;
  std::string folder_;
  std::string working_folder_;
  std::string user_map_;
  std::string group_map_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
};

pid_t fork_worker(const ChildPlan& child) {
  const NoSignals blocked;
  const pid_t pid = fork();
  if (pid == 0) {
    become_worker(child);
  }
  if (pid < 0) {
    throw core::Error("no process for a worker: " + reason(errno));
  }
  return pid;
}

std::vector<Report> read_reports(int reports) {
  std::vector<Report> all;
  Report one;
  while (true) {
    const ssize_t got = read(reports, &one, sizeof(one));
    if (got == static_cast<ssize_t>(sizeof(one))) {
      all.push_back(one);
    } else if (!(got < 0 && errno == EINTR)) {
      return all;
    }
  }
}

[[noreturn]] void refuse(const LaunchPlan& plan, const Report& report) {
  const std::string why = reason(report.value);
  switch (report.stage) {
    case Stage::kNamespaces:
    case Stage::kUserMap:
    case Stage::kSecondFork:
      throw IsolationError("needs namespaces of its own (user, PID, network, mount, IPC), which this system refuses: " +
                           why);
    case Stage::kMounts:
      throw IsolationError("needs its own /proc and read-only files, which this system refuses: " + why);
    case Stage::kFolder:
      throw core::ConfigError("cannot start in the folder " + plan.working_folder.string() + ": " + why);
    case Stage::kExec:
      throw core::ConfigError("cannot run " + plan.program.string() + ": " + why);
    default:
      throw core::Error("cannot set a worker's limits: " + why);
  }
}

}  // namespace

std::string confinement_text(Confinement confinement) {
  switch (confinement) {
    case Confinement::kNamespacesAndMounts:
      return "own user, PID, network, mount and IPC namespaces; files are read-only but for the worker's own folder";
    case Confinement::kNamespaces:
      return "own user, PID, network, mount and IPC namespaces; it can write wherever its user can";
    case Confinement::kNone:
      break;
  }
  return "none: limits and a scrubbed environment only";
}

Child::Child(const LaunchPlan& plan, Confinement confinement)
    : confinement_(confinement), mark_(new_mark()), folder_(make_folder(plan.temporary_root)) {
  try {
    start(plan);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

void Child::start(const LaunchPlan& plan) {
  Pipe to_worker = make_pipe();
  Pipe from_worker = make_pipe();
  Pipe complaints = make_pipe();
  Pipe reports = make_pipe();
  widen(to_worker.write);
  widen(from_worker.read);
  Prepared prepared(plan, folder_.string(), mark_);
  ChildPlan child = prepared.child();
  child.isolates = confinement_ != Confinement::kNone;
  child.mounts = confinement_ == Confinement::kNamespacesAndMounts;
  child.input = to_worker.read.get();
  child.output = from_worker.write.get();
  child.messages = complaints.write.get();
  child.reports = reports.write.get();
  const pid_t first = fork_worker(child);
  reports.write.reset();
  if (const auto failure = learn_pid(first, reports.read.get())) {
    if (pid_ > 0) {
      kill_all();
    }
    refuse(plan, *failure);
  }
  input_ = handed_on(to_worker.write);
  output_ = handed_on(from_worker.read);
  messages_ = handed_on(complaints.read);
}

/// In namespaces the worker is not the process that was forked but a second one, which the first reports and then ends.
std::optional<Report> Child::learn_pid(pid_t first, int reports) {
  pid_ = confinement_ == Confinement::kNone ? first : -1;
  std::optional<Report> failure;
  for (const Report& report : read_reports(reports)) {
    if (report.stage == Stage::kPid) {
      pid_ = report.value;
    } else if (report.stage != Stage::kReady) {
      failure = report;
    }
  }
  if (pid_ != first) {
    while (waitpid(first, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  return failure;
}

Child::~Child() {
  for (const int file : {input_, output_, messages_}) {
    if (file >= 0) {
      close(file);
    }
  }
  kill_all();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

/// In a PID namespace all end with its first process. Without one: the session, then whoever left it and still carries
/// the mark. The leader is reaped last, for until then its number is no one else's.
void Child::kill_all() const {
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  if (confinement_ == Confinement::kNone) {
    kill_strays(mark_);
  }
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

double Child::processor_s() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return 0.0;
  }
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::string Child::ending(double wait_s) const {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(wait_s);
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) {
    if (std::chrono::steady_clock::now() >= until) {
      return "";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (info.si_code == CLD_EXITED) {
    return "ended with exit status " + std::to_string(info.si_status);
  }
  const char* name = sigabbrev_np(info.si_status);
  return "ended with signal " + std::to_string(info.si_status) +
         (name != nullptr ? " (SIG" + std::string(name) + ")" : "");
}

}  // namespace hone::rewards::plugins
