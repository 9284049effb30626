#pragma once

#include <atomic>

namespace hone::policies {

/// While one lives, every operation takes the ATen calls that serve the devices without a kernel, on the CPU too: so
/// that what a GPU runs can be held to the kernels where there is none. For the whole process; not to be nested.
class ReferencePath {
 public:
  ReferencePath() { active_.store(true, std::memory_order_relaxed); }
  ReferencePath(const ReferencePath&) = delete;
  ReferencePath& operator=(const ReferencePath&) = delete;
  ~ReferencePath() { active_.store(false, std::memory_order_relaxed); }

  static bool is_active() { return active_.load(std::memory_order_relaxed); }

 private:
  inline static std::atomic<bool> active_ = false;
};

}  // namespace hone::policies
