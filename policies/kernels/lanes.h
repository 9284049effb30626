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
/// Rounded to nearest even, as from_float<BFloat16>.
inline void store(BFloat16* p, Lanes v) {
  using Half = std::uint16_t __attribute__((vector_size(32)));
  using Word = std::uint32_t __attribute__((vector_size(64)));
  const Word bits = std::bit_cast<Word>(v);
  const Half half = __builtin_convertvector((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16, Half);
  std::memcpy(p, &half, sizeof half);
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

inline Lanes larger(Lanes a, Lanes b) {
  return a > b ? a : b;
}
inline float largest(Lanes v) {
  using Half = float __attribute__((vector_size(32)));
  using Quarter = float __attribute__((vector_size(16)));
  Half halves[2];
  std::memcpy(halves, &v, sizeof v);
  const Half half = halves[0] > halves[1] ? halves[0] : halves[1];
  Quarter quarters[2];
  std::memcpy(quarters, &half, sizeof half);
  const Quarter quarter = quarters[0] > quarters[1] ? quarters[0] : quarters[1];
  const float left = quarter[0] > quarter[1] ? quarter[0] : quarter[1];
  const float right = quarter[2] > quarter[3] ? quarter[2] : quarter[3];
  return left > right ? left : right;
}

/// The largest of n >= 1 numbers. A plain loop over floats is not vectorised, as it must keep the order of comparisons.
template <class T>
float largest_of(const T* values, std::int64_t n) {
  std::int64_t i = 0;
  float result = to_float(values[0]);
  if (n >= kLanes) {
    Lanes lanes = load(values);
    for (i = kLanes; i + kLanes <= n; i += kLanes) {
      lanes = larger(lanes, load(values + i));
    }
    result = largest(lanes);
  }
  for (; i < n; ++i) {
    const float value = to_float(values[i]);
    result = value > result ? value : result;
  }
  return result;
}

/// As the scalar fast_exp, number by number.
inline Lanes fast_exp(Lanes x) {
  using Words = std::int32_t __attribute__((vector_size(64)));
  x = larger(splat(-87.0F), x < 88.0F ? x : splat(88.0F));
  const Lanes shifted = x * 1.44269504F + 12582912.0F;
  const Lanes n = shifted - 12582912.0F;
  const Lanes r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  Lanes p = splat(1.9875691500e-4F);
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const Words exponent = (__builtin_convertvector(n, Words) + 127) << 23;
  return p * std::bit_cast<Lanes>(exponent);
}

}  // namespace hone::policies::kernels
