#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace hone::policies {

/// The ids of words seen lately: text repeats its words. Of fixed size; a word takes the place of another with the same
/// hash. One thread's own.
class WordCache {
 public:
  WordCache() : entries_(kEntries) {}

  /// The word's ids, valid until the next `put`; empty where it is not here.
  [[nodiscard]] std::span<const std::int32_t> find(std::string_view word) const {
    if (word.size() > kMaxBytes) return {};
    const auto& entry = entries_[slot_of(word)];
    const bool is_it = entry.bytes == word.size() && std::memcmp(entry.word.data(), word.data(), word.size()) == 0;
    return is_it ? std::span(entry.ids.data(), entry.count) : std::span<const std::int32_t>{};
  }

  /// Words and lists of ids that are too long are passed over.
  void put(std::string_view word, std::span<const std::int32_t> ids) {
    if (word.empty() || word.size() > kMaxBytes || ids.size() > kMaxIds) return;
    auto& entry = entries_[slot_of(word)];
    entry.bytes = static_cast<std::uint8_t>(word.size());
    entry.count = static_cast<std::uint8_t>(ids.size());
    std::copy(word.begin(), word.end(), entry.word.begin());
    std::copy(ids.begin(), ids.end(), entry.ids.begin());
  }

 private:
  static constexpr std::size_t kEntries = std::size_t{1} << 15;
  static constexpr std::size_t kMaxBytes = 30;
  static constexpr std::size_t kMaxIds = 8;

  struct alignas(64) Entry {  // one cache line
    std::uint8_t bytes = 0;
    std::uint8_t count = 0;
    std::array<char, kMaxBytes> word{};
    std::array<std::int32_t, kMaxIds> ids{};
  };

  static std::size_t slot_of(std::string_view word) {
    std::uint64_t hash = word.size();
    while (!word.empty()) {
      std::uint64_t chunk = 0;
      const auto length = std::min<std::size_t>(word.size(), sizeof chunk);
      std::memcpy(&chunk, word.data(), length);
      hash = (hash ^ chunk) * 0x9E3779B97F4A7C15;
      hash ^= hash >> 29;
      word.remove_prefix(length);
    }
    return hash * 0xBF58476D1CE4E5B9 >> 49;  // the top 15 bits
  }

  std::vector<Entry> entries_;
};

}  // namespace hone::policies
