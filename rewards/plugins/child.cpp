#include "rewards/plugins/child.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace hone::rewards::plugins {
namespace {

constexpr int kReports = 3;  // where the pipe of reports is kept while all others are closed

void report(int reports, Stage stage, std::int32_t value) {
  const Report what{stage, value};
  // A host that is gone leaves nobody to work for.
  if (write(reports, &what, sizeof(what)) != sizeof(what)) {
    _exit(127);
  }
}

[[noreturn]] void give_up(int reports, Stage stage) {
  report(reports, stage, errno);
  _exit(127);
}

bool write_file(const char* path, const char* text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool is_written = write(file, text, size) == size;
  close(file);
  return is_written;
}

/// Moves to namespaces of its own and goes on as the child of the host's thread in them: a process never enters the
/// PID namespace that it makes, only its children are in it.
void enter_namespaces(const ChildPlan& plan) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC) != 0) {
    give_up(plan.reports, Stage::kNamespaces);
  }
  // Not root inside, whoever the host is: exec then drops the capabilities that the new user namespace gave.
  write_file("/proc/self/setgroups", "deny");
  if (!write_file("/proc/self/uid_map", plan.user_map) || !write_file("/proc/self/gid_map", plan.group_map)) {
    give_up(plan.reports, Stage::kUserMap);
  }
  const long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (pid < 0) {
    give_up(plan.reports, Stage::kSecondFork);
  }
  if (pid > 0) {
    report(plan.reports, Stage::kPid, static_cast<std::int32_t>(pid));
    _exit(0);
  }
}

// mount_setattr(2) by hand: Linux has it since 5.12, Debian 12's glibc since 2.36, their headers not together.
struct MountAttributes {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  std::uint64_t propagation = 0;
  std::uint64_t user_namespace = 0;
};

bool set_mount(const char* path, unsigned flags, const MountAttributes& attributes) {
#ifdef SYS_mount_setattr
  return syscall(SYS_mount_setattr, -1, path, flags, &attributes, sizeof(attributes)) == 0;
#else
  errno = ENOSYS;
  return false;
#endif
}

/// Its own view of the file system: only its folder can be written to, and /proc shows its own processes.
void mount_view(const ChildPlan& plan) {
  constexpr std::uint64_t kReadOnly = 1;   // MOUNT_ATTR_RDONLY
  constexpr unsigned kRecursive = 0x8000;  // AT_RECURSIVE
  const bool is_mounted = mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          mount(plan.folder, plan.folder, nullptr, MS_BIND, nullptr) == 0 &&
                          mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0 &&
                          set_mount("/", kRecursive, {.set = kReadOnly}) &&
                          set_mount(plan.folder, 0, {.clear = kReadOnly});
  if (!is_mounted) {
    give_up(plan.reports, Stage::kMounts);
  }
}

void limit(int what, std::uint64_t most, bool is_limited) {
  const rlimit both{most, most};
  rlimit have{};
  // Never above what the host has, which only root may.
  if (!is_limited || (getrlimit(static_cast<__rlimit_resource>(what), &have) == 0 && have.rlim_max < most)) {
    return;
  }
  if (setrlimit(static_cast<__rlimit_resource>(what), &both) != 0) {
    give_up(kReports, Stage::kLimits);
  }
}

void set_limits(const ChildPlan& plan) {
  limit(RLIMIT_CORE, 0, true);
  limit(RLIMIT_AS, plan.memory_bytes, plan.memory_bytes > 0);
  limit(RLIMIT_NOFILE, plan.files, plan.files > 0);
  limit(RLIMIT_FSIZE, plan.file_bytes, plan.file_bytes > 0);
  // Outside a user namespace the kernel counts all processes of the user, the host's threads too.
  limit(RLIMIT_NPROC, plan.processes, plan.processes > 0 && plan.isolates);
}

void close_all_others() {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, kReports + 1, ~0U, 0) == 0) {
    return;
  }
#endif
  rlimit have{};
  getrlimit(RLIMIT_NOFILE, &have);
  for (rlim_t file = kReports + 1; file < have.rlim_cur && file < (1 << 20); ++file) {
    close(static_cast<int>(file));
  }
}

/// 0, 1, 2 and kReports; the rest is closed. The host's ends lie above them all.
void arrange_files(const ChildPlan& plan) {
  if (dup2(plan.input, STDIN_FILENO) < 0 || dup2(plan.output, STDOUT_FILENO) < 0 ||
      dup2(plan.messages, STDERR_FILENO) < 0 || dup2(plan.reports, kReports) < 0) {
    give_up(plan.reports, Stage::kLimits);
  }
  fcntl(kReports, F_SETFD, FD_CLOEXEC);
  close_all_others();
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) {
    sigaction(signal, &standard, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

void become_worker(const ChildPlan& plan) {
  if (plan.isolates) {
    enter_namespaces(plan);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  if (plan.mounts) {
    mount_view(plan);
  }
  if (chdir(plan.working_folder) != 0) {
    give_up(plan.reports, Stage::kFolder);
  }
  arrange_files(plan);
  set_limits(plan);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    give_up(kReports, Stage::kLimits);
  }
  report(kReports, Stage::kReady, 0);  // the host is still there, after the death signal was asked for
  reset_signals();
  execve(plan.program, plan.arguments, plan.environment);
  give_up(kReports, Stage::kExec);
}

}  // namespace hone::rewards::plugins
