#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hone::cost {

/// The machine, as far as a price or a comparison of times depends on it.
struct Hardware {
  std::string cpu = "unknown CPU";
  std::int64_t cores = 1;  // that this process may use
  std::int64_t memory_bytes = 0;
};

/// The machine that this process runs on, from /proc. Never fails: what cannot be read stays at its default.
[[nodiscard]] Hardware describe_machine();

/// The same from the contents of /proc/cpuinfo and /proc/meminfo.
[[nodiscard]] Hardware parse_machine(std::string_view cpuinfo, std::string_view meminfo, std::int64_t cores);

/// "2 cores of AMD EPYC 7763, 16 GiB".
[[nodiscard]] std::string in_words(const Hardware& hardware);

}  // namespace hone::cost
