#pragma once

#include <cstddef>
#include <cstdint>

namespace hone::rewards::math {

/// Caps instead of timeouts: what passes them takes well under 50 ms, what does not is refused before it is computed.
inline constexpr std::size_t kMaxInputBytes = 4096;
inline constexpr int kMaxDepth = 64;
inline constexpr std::size_t kMaxNodes = 2000;
inline constexpr std::size_t kMaxReadings = 4;  // of one text
inline constexpr std::size_t kMaxMembers = 64;  // of lists whose order is free, so that matching them stays bounded
inline constexpr std::uint64_t kMaxVerdictWork = 10'000'000;  // of about a nanosecond, for one verdict

}  // namespace hone::rewards::math
