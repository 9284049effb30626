#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hone::policies {

/// What two neighbouring tokens become, and before which other merges. A lower rank goes first.
struct Merge {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::uint32_t rank = kNone;
  std::int32_t id = -1;
};

/// Pairs of ids to merges: open addressing in one block, since a lookup is most of what encoding does.
class MergeTable {
 public:
  explicit MergeTable(std::size_t count) {
    std::size_t slots = 16;
    while (slots < 2 * count) slots *= 2;
    slots_.resize(slots);
  }

  /// A pair that is there already gets the new merge. Needs room: at most `count` pairs.
  void insert(std::int32_t left, std::int32_t right, Merge merge) {
    auto& slot = slots_[find(key_of(left, right))];
    slot = {key_of(left, right), merge};
  }

  [[nodiscard]] Merge operator()(std::int32_t left, std::int32_t right) const {
    return slots_[find(key_of(left, right))].merge;
  }

 private:
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};
  struct Slot {
    std::uint64_t key = kEmpty;
    Merge merge;
  };

  static std::uint64_t key_of(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
  }

  [[nodiscard]] std::size_t find(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    // The product's high half depends on both ids, its low half on the right one only.
    const std::uint64_t product = key * 0x9E3779B97F4A7C15;
    std::size_t at = (product ^ product >> 32) & mask;
    while (slots_[at].key != key && slots_[at].key != kEmpty) at = (at + 1) & mask;
    return at;
  }

  std::vector<Slot> slots_;
};

}  // namespace hone::policies
