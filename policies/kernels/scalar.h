#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace hone::policies::kernels {

/// Storage of a bfloat16; arithmetic is always float32. Layout-compatible with c10::BFloat16.
struct BFloat16 {
  std::uint16_t bits;
};

inline float to_float(float x) {
  return x;
}
inline float to_float(BFloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}

template <class T>
T from_float(float x);
template <>
inline float from_float<float>(float x) {
  return x;
}
/// Round to nearest even. A NaN stays one (its payload's top bit is set in every NaN that arithmetic makes).
template <>
inline BFloat16 from_float<BFloat16>(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return {static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16)};
}

/// e^x to about 2 ulp for x <= 0 and moderate positive x; branch-free so that loops over it vectorise (Cephes' expf).
inline float fast_exp(float x) {
  x = x < -87.0F ? -87.0F : (x > 88.0F ? 88.0F : x);
  const float shifted = x * 1.44269504F + 12582912.0F;  // 1.5 * 2^23: rounds to an integer in the low mantissa bits
  const float n = shifted - 12582912.0F;
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const auto exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  return p * std::bit_cast<float>(exponent);
}

}  // namespace hone::policies::kernels
