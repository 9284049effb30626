#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rewards/plugins/child.h"

namespace hone::rewards::plugins {

/// How far a worker is kept from the machine.
enum class Confinement { kNone, kNamespaces, kNamespacesAndMounts };

[[nodiscard]] std::string confinement_text(Confinement confinement);

struct LaunchPlan {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // the program's name among them
  std::vector<std::string> environment;  // NAME=value
  std::filesystem::path working_folder;  // empty: the worker's own
  std::filesystem::path temporary_root;  // where the folders of workers are made
  std::uint64_t memory_bytes = 0;        // limits; 0: none
  std::uint64_t files = 0;
  std::uint64_t processes = 0;
  std::uint64_t file_bytes = 0;
};

/// A process with its pipes and its folder. When it goes, the process and all that it started are killed and reaped and
/// the folder is removed.
class Child {
 public:
  /// Starts it, on the calling thread: the kernel kills the child when that thread ends. Throws ConfigError where the
  /// program cannot be started, IsolationError where the confinement is not to be had.
  Child(const LaunchPlan& plan, Confinement confinement);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int input() const { return input_; }        // to write to; not blocking
  [[nodiscard]] int output() const { return output_; }      // to read from; not blocking
  [[nodiscard]] int messages() const { return messages_; }  // its standard error; not blocking
  /// Seconds of processor time that it took; 0 when it is gone.
  [[nodiscard]] double processor_s() const;
  /// "ended with exit status 3"; empty while it runs. Waits up to `wait_s` for an end that is near.
  [[nodiscard]] std::string ending(double wait_s) const;

 private:
  void start(const LaunchPlan& plan);
  [[nodiscard]] std::optional<Report> learn_pid(pid_t first, int reports);
  void kill_all() const;

  Confinement confinement_;
  std::string mark_;  // in the environment of all that it starts
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  int messages_ = -1;
};

}  // namespace hone::rewards::plugins
