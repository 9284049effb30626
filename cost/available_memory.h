#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hone::cost {

/// How much more this process can take.
struct AvailableMemory {
  std::int64_t bytes = 0;  // 0: not known
  std::string source;      // "MemAvailable", or "cgroup" where a container's limit is nearer
};

/// From /proc/meminfo and the control groups (version 2 or 1) that this process is in. Never fails.
[[nodiscard]] AvailableMemory available_memory();

/// What a control group has left, from its memory.max and memory.current (version 1: limit_in_bytes, usage_in_bytes)
/// and memory.stat: cached file pages that can be dropped do not count as used. -1 where there is no limit.
[[nodiscard]] std::int64_t cgroup_room(std::string_view limit, std::string_view used, std::string_view stat);

/// MemAvailable of /proc/meminfo in bytes; 0 where it is not there.
[[nodiscard]] std::int64_t meminfo_available(std::string_view meminfo);

}  // namespace hone::cost
