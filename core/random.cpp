#include "core/random.h"

#include <cmath>
#include <numbers>

namespace hone::core {
namespace {

std::uint64_t splitmix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

// Positions drawn by uniform_at live in their own half of the counter space.
constexpr std::uint64_t kPositions = std::uint64_t{1} << 63;

}  // namespace

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325ULL ^ splitmix(seed);
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  return splitmix(hash);
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t step, std::uint64_t index)
    : key_(stable_hash(purpose, seed)), lane_(splitmix(splitmix(key_ ^ step) + index)) {}

std::array<std::uint32_t, 4> RandomStream::block(std::uint64_t counter) const {
  std::array<std::uint32_t, 4> x = {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                                    static_cast<std::uint32_t>(lane_), static_cast<std::uint32_t>(lane_ >> 32)};
  auto k0 = static_cast<std::uint32_t>(key_);
  auto k1 = static_cast<std::uint32_t>(key_ >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return x;
}

std::uint32_t RandomStream::next_u32() {
  if (used_ == 4) {
    words_ = block(next_block_++);
    used_ = 0;
  }
  return words_[static_cast<std::size_t>(used_++)];
}

std::uint64_t RandomStream::next_u64() {
  const std::uint64_t low = next_u32();
  return low | (std::uint64_t{next_u32()} << 32);
}

double RandomStream::uniform() {
  return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

std::int64_t RandomStream::integer(std::int64_t low, std::int64_t high) {
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (range == 0) {
    return static_cast<std::int64_t>(next_u64());
  }
  const std::uint64_t rejected = (0 - range) % range;  // 2^64 mod range values would be drawn once too often
  std::uint64_t draw = next_u64();
  while (draw < rejected) {
    draw = next_u64();
  }
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + draw % range);
}

bool RandomStream::chance(double probability) {
  return uniform() < probability;
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::size_t RandomStream::weighted(std::span<const double> weights) {
  double total = 0;
  for (const double w : weights) {
    total += w;
  }
  double rest = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) {
      continue;
    }
    last = i;
    rest -= weights[i];
    if (rest < 0) {
      return i;
    }
  }
  return last;
}

float RandomStream::uniform_at(std::uint64_t position) const {
  const auto words = block(kPositions | (position >> 2));
  return static_cast<float>(words[position & 3] >> 8) * 0x1.0p-24F;
}

}  // namespace hone::core
