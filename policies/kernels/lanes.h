#pragma once

#include <cstring>

#include "policies/kernels/scalar.h"

namespace hone::policies::kernels {

/// Sixteen floats that the compiler keeps in one AVX-512 register, two AVX2 ones or four SSE ones.
using Lanes = float __attribute__((vector_size(64)));
inline constexpr int kLanes = 16;

inline Lanes load(const float* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline Lanes load(const BFloat16* p) {
  using Half = std::uint16_t __attribute__((vector_size(32)));
  using Word = std::uint32_t __attribute__((vector_size(64)));
  Half half;
  std::memcpy(&half, p, sizeof half);
  const Word word = __builtin_convertvector(half, Word) << 16;
  return std::bit_cast<Lanes>(word);
}
inline void store(float* p, Lanes v) {
  std::memcpy(p, &v, sizeof v);
}
inline Lanes splat(float x) {
  return Lanes{} + x;
}
inline float sum(Lanes v) {
  using Half = float __attribute__((vector_size(32)));
  using Quarter = float __attribute__((vector_size(16)));
  Half halves[2];
  std::memcpy(halves, &v, sizeof v);
  const Half half = halves[0] + halves[1];
  Quarter quarters[2];
  std::memcpy(quarters, &half, sizeof half);
  const Quarter quarter = quarters[0] + quarters[1];
  return (quarter[0] + quarter[1]) + (quarter[2] + quarter[3]);
}

}  // namespace hone::policies::kernels
