#pragma once

#include <cstdint>
#include <cstring>

#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

#include "policies/kernels/lanes.h"

// Products of bfloat16 numbers without making floats of them first: thirty-two lie in one vector as sixteen pairs, and
// each pair is multiplied and added to one float32 sum. One instruction where the machine has it (AVX512_BF16), else
// two shifts and two fused multiply-adds.
namespace hone::policies::kernels {

using Pairs = std::uint32_t __attribute__((vector_size(64)));
inline constexpr int kPairNumbers = 2 * kLanes;

inline Pairs load_pairs(const BFloat16* p) {
  Pairs v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline Pairs load_pairs(const std::uint32_t* p) {
  Pairs v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
/// The same pair sixteen times.
inline Pairs splat_pair(std::uint32_t pair) {
  return Pairs{} + pair;
}
inline std::uint32_t pair_of(BFloat16 first, BFloat16 second) {
  return static_cast<std::uint32_t>(first.bits) | static_cast<std::uint32_t>(second.bits) << 16;
}
/// The first numbers of all pairs, and the second ones.
inline Lanes firsts(Pairs pairs) {
  return std::bit_cast<Lanes>(pairs << 16);
}
inline Lanes seconds(Pairs pairs) {
  return std::bit_cast<Lanes>(pairs & 0xFFFF0000U);
}

/// sums[i] + a[i].first · b[i].first + a[i].second · b[i].second
inline Lanes add_products(Lanes sums, Pairs a, Pairs b) {
#ifdef __AVX512BF16__
  return std::bit_cast<Lanes>(
      _mm512_dpbf16_ps(std::bit_cast<__m512>(sums), std::bit_cast<__m512bh>(a), std::bit_cast<__m512bh>(b)));
#else
  return sums + firsts(a) * firsts(b) + seconds(a) * seconds(b);
#endif
}

/// Rounded to nearest even and laid beside each other: pairs of (first, second).
inline Pairs make_pairs(Lanes first, Lanes second) {
  const auto rounded = [](Lanes v) {
    const Pairs bits = std::bit_cast<Pairs>(v);
    return bits + 0x7FFFU + ((bits >> 16) & 1U);
  };
  return (rounded(first) >> 16) | (rounded(second) & 0xFFFF0000U);
}

/// The sums of sixteen vectors, in their order.
inline Lanes sums_of(const Lanes (&v)[kLanes]) {
  using Order = std::int32_t __attribute__((vector_size(64)));
  // Each step adds halves of what it pairs, so that after four of them lane i is the sum of vector i.
  Lanes eight[8], four[4], two[2];
  for (int i = 0; i < 8; ++i) {
    constexpr Order kLow = {0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23};
    eight[i] = __builtin_shuffle(v[i], v[i + 8], kLow) + __builtin_shuffle(v[i], v[i + 8], kLow + 8);
  }
  for (int i = 0; i < 4; ++i) {
    constexpr Order kLow = {0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27};
    four[i] = __builtin_shuffle(eight[i], eight[i + 4], kLow) + __builtin_shuffle(eight[i], eight[i + 4], kLow + 4);
  }
  for (int i = 0; i < 2; ++i) {
    constexpr Order kLow = {0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29};
    two[i] = __builtin_shuffle(four[i], four[i + 2], kLow) + __builtin_shuffle(four[i], four[i + 2], kLow + 2);
  }
  constexpr Order kLow = {0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30};
  return __builtin_shuffle(two[0], two[1], kLow) + __builtin_shuffle(two[0], two[1], kLow + 1);
}

}  // namespace hone::policies::kernels
