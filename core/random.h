#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace hone::core {

/// A named stream of random numbers: what it yields depends on (seed, purpose, step, index) and on nothing else, so
/// results do not depend on batching, thread timing or restarts. Counter-based (Philox4x32-10, Salmon et al. 2011,
/// "Parallel random numbers: as easy as 1, 2, 3"), hence cheap to make and to jump in.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t step = 0, std::uint64_t index = 0);

  std::uint32_t next_u32();
  std::uint64_t next_u64();
  /// In [0, 1), 53 bits.
  double uniform();
  /// In [low, high], both included, without modulo bias. Needs low <= high.
  std::int64_t integer(std::int64_t low, std::int64_t high);
  /// True with the given probability.
  bool chance(double probability);
  /// Standard normal (Box-Muller).
  double normal();
  /// An index drawn in proportion to the weights. Needs a positive sum.
  std::size_t weighted(std::span<const double> weights);
  /// Fisher-Yates.
  template <class Container>
  void shuffle(Container& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<std::size_t>(integer(0, static_cast<std::int64_t>(i) - 1))]);
    }
  }
  template <class Container>
  decltype(auto) pick(const Container& items) {
    return items[static_cast<std::size_t>(integer(0, static_cast<std::int64_t>(items.size()) - 1))];
  }

  /// The draw at a position, in [0, 1) with 24 bits, independent of what was drawn before: a sampled token's uniform.
  [[nodiscard]] float uniform_at(std::uint64_t position) const;

 private:
  [[nodiscard]] std::array<std::uint32_t, 4> block(std::uint64_t counter) const;

  std::uint64_t key_ = 0;
  std::uint64_t lane_ = 0;
  std::uint64_t next_block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  int used_ = 4;
};

/// 64-bit hash of bytes (FNV-1a, finished with SplitMix64): stable across machines and versions, for split assignment
/// and stream keys.
std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace hone::core
