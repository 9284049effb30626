#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rewards/rubric/tokens.h"

namespace hone::rewards::rubric {

/// Where a phrase stands: tokens [first, last).
struct Match {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::int32_t member = 0;  // whose phrase it is: the label's, element's or authority's number
  std::int32_t value = 0;   // what it says of it
};

using Matches = std::vector<Match>;  // in the order of the text

/// How phrases of a group that overlap are taken.
enum class Overlap : std::uint8_t {
  kLongest,  // the leftmost, of these the longest: "not hearsay" holds no "hearsay"
  kAll,      // each
};

/// All phrases of a rubric, found in one pass over a text. Phrases belong to groups, which do not see each other.
class Phrases {
 public:
  [[nodiscard]] std::size_t add_group(Overlap overlap);
  /// False where it has no word, or where the group has it already for another member or value.
  bool add(std::size_t group, std::string_view phrase, std::int32_t member, std::int32_t value = 0);
  /// After the last add.
  void compile();

  /// The matches of each group.
  [[nodiscard]] std::vector<Matches> find(std::span<const Token> tokens) const;

 private:
  struct Phrase {
    std::size_t group = 0;
    std::int32_t member = 0;
    std::int32_t value = 0;
    std::vector<std::uint64_t> words;  // marks inside it too
  };
  struct Slot {
    std::uint64_t word = 0;  // 0: free
    std::uint32_t begin = 0;
    std::uint32_t end = 0;  // phrases_ that begin with the word, longest first
  };

  [[nodiscard]] const Slot* slot(std::uint64_t word) const;

  std::vector<Overlap> groups_;
  std::vector<Phrase> phrases_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_words_;  // of phrases_, while they are added
  std::vector<Slot> slots_;
};

}  // namespace hone::rewards::rubric
