#pragma once

#include <cstddef>

namespace hone::rewards::math {

/// Caps instead of timeouts: what passes them takes well under 50 ms, what does not is refused before it is computed.
inline constexpr std::size_t kMaxInputBytes = 4096;
inline constexpr int kMaxDepth = 64;
inline constexpr std::size_t kMaxNodes = 2000;
inline constexpr unsigned kMaxExponent = 1000;
inline constexpr std::size_t kMaxBits = 33219;                 // 10,000 decimal digits
inline constexpr std::size_t kMaxWork = std::size_t{1} << 22;  // products of 64-bit words over one evaluation

}  // namespace hone::rewards::math
