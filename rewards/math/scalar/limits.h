#pragma once

#include <cstdint>

namespace hone::rewards::math::scalar {

inline constexpr std::uint64_t kMaxNumberBits = std::uint64_t{1}
                                                << 18;  // a larger number is not computed: a power stays one
inline constexpr std::size_t kMaxVertices = 8192;
inline constexpr std::uint8_t kMaxGraphDepth = 200;  // recursion over the graph stays within a few hundred frames
inline constexpr int kMaxNestedPowers = 60;          // of a power that is simplified by way of others
inline constexpr std::int64_t kMaxFactorial = 5000;
inline constexpr std::uint64_t kMaxFactoredBits = 4096;  // larger numbers under a root or logarithm are not factored
inline constexpr long kMaxFloorBits = 1L << 14;          // of a constant under ⌊ ⌋ or mod
inline constexpr long kMaxSeparationBits = 1L << 15;     // the precision at which a zero is proved
inline constexpr long kMaxBallBits = 512;                // the precision at which a difference is looked for
inline constexpr std::uint64_t kMaxHiddenBits = 2048;    // of constants beside which functions are compared at points
inline constexpr std::size_t kMaxArguments = 16;         // of functions in one proof, compared with each other
inline constexpr std::size_t kMaxTerms = 256;            // of a sum over transcendental monomials

}  // namespace hone::rewards::math::scalar
