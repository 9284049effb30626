#pragma once

#include <sys/types.h>

#include <cstdint>

namespace hone::rewards::plugins {

/// Where starting a worker got to.
enum class Stage : std::int32_t { kPid, kReady, kNamespaces, kUserMap, kSecondFork, kMounts, kLimits, kFolder, kExec };

/// What the child reports through its pipe: a stage that failed with an errno, or kPid with the worker's pid.
struct Report {
  Stage stage = Stage::kPid;
  std::int32_t value = 0;
};

/// All that the child needs, made before the fork: between fork and exec in a process with threads only
/// async-signal-safe calls are allowed, so no memory is taken there.
struct ChildPlan {
  const char* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const char* folder = nullptr;          // the worker's own, writable
  const char* working_folder = nullptr;  // where it starts
  int input = -1;                        // its ends of the pipes
  int output = -1;
  int messages = -1;
  int reports = -1;
  bool isolates = false;
  bool mounts = false;             // and gets a /proc of its own and files that it can only read
  const char* user_map = nullptr;  // of uid_map, of gid_map
  const char* group_map = nullptr;
  std::uint64_t memory_bytes = 0;  // limits; 0: none
  std::uint64_t files = 0;
  std::uint64_t processes = 0;
  std::uint64_t file_bytes = 0;
};

/// Runs in the child, all signals blocked, and does not return: the worker's program, or a report and the end.
[[noreturn]] void become_worker(const ChildPlan& plan);

}  // namespace hone::rewards::plugins
