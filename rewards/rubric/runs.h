#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rewards/rubric/tokens.h"

namespace hone::rewards::rubric {

/// The words of some texts, to find quotations and copied runs in.
class Texts {
 public:
  void add(std::string_view text);
  /// After the last add.
  void compile();
  [[nodiscard]] bool empty() const { return words_.empty(); }

  /// Where the words stand in a row in one of the texts, at or behind `from`: the place behind them; 0: nowhere.
  [[nodiscard]] std::size_t find(std::span<const std::uint64_t> words, std::size_t from = 0) const;
  /// Are the two places in the same text?
  [[nodiscard]] bool in_one_text(std::size_t place, std::size_t other) const;
  /// The hash of each run of `length` words, sorted.
  [[nodiscard]] std::vector<std::uint64_t> runs(std::size_t length) const;

 private:
  std::vector<std::uint64_t> words_;    // texts parted by a 0
  std::vector<std::uint32_t> by_word_;  // places, sorted by the word there and then by place
};

/// The hash of each run of `length` words, in their order.
[[nodiscard]] std::vector<std::uint64_t> runs_of(std::span<const std::uint64_t> words, std::size_t length);

}  // namespace hone::rewards::rubric
