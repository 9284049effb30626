#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/text_range.h"
#include "policies/tokenizers/tokenizer_json.h"

namespace hone::policies {

/// A token beside the learnt ones, found in text before anything else. A special one is a control token.
struct AddedToken {
  std::string content;
  std::int32_t id = 0;
  bool single_word = false;  // not inside a longer word
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // and after it
  bool normalized = true;    // is looked for after the text was normalized
  bool special = false;
};

/// An element of a tokenizer.json's `added_tokens`.
[[nodiscard]] AddedToken read_added_token(const JsonView& json);

/// Where control tokens count: those with all their bytes in one of the ranges.
class Trust {
 public:
  /// Nowhere.
  Trust() = default;
  /// `ranges` ascending and disjoint, in a text that begins `offset` bytes before the one that is asked about.
  Trust(std::span<const TextRange> ranges, std::size_t offset) : ranges_(ranges), offset_(offset) {}

  [[nodiscard]] bool holds(TextRange range) const;
  /// The first position after range.begin and before range.end where a trusted range begins; range.end if none does.
  [[nodiscard]] std::size_t next_begin(TextRange range) const;
  [[nodiscard]] bool is_nowhere() const { return ranges_.empty(); }
  /// About the text that begins `offset` bytes further on.
  [[nodiscard]] Trust from(std::size_t offset) const { return {ranges_, offset_ + offset}; }

 private:
  std::span<const TextRange> ranges_;
  std::size_t offset_ = 0;
};

/// A part of a text: a token's id, or -1 for what lies between tokens.
struct TextPart {
  TextRange range;
  std::int32_t id = -1;
};

/// Finds added tokens in text, the leftmost and of those the longest first.
class AddedTokenFinder {
 public:
  /// `pattern` is what the token is spelled as in the texts. Of two tokens with one spelling the first counts.
  void add(const AddedToken& token, std::string_view pattern);
  [[nodiscard]] bool is_empty() const { return tokens_.empty(); }

  /// Cuts `text` into tokens and what lies between, none of which is empty. A special token counts where `trust` holds
  /// it. What is not trusted takes nothing from a trusted token that begins inside it.
  void split(std::string_view text, const Trust& trust, std::vector<TextPart>& parts) const;

 private:
  static constexpr std::int32_t kNone = -1;
  struct Node {
    std::int32_t child = kNone;
    std::int32_t sibling = kNone;
    std::int32_t token = kNone;
    char byte = 0;
  };
  struct Found {
    std::int32_t token = kNone;
    std::size_t end = 0;
  };

  [[nodiscard]] std::int32_t child_of(std::int32_t node, char byte) const;
  /// The longest of all at this position, and the longest special one that is trusted.
  [[nodiscard]] std::array<Found, 2> longest_at(std::string_view text, std::size_t at, const Trust& trust) const;
  [[nodiscard]] bool hides_trusted(std::string_view text, TextRange range, const Trust& trust) const;
  [[nodiscard]] bool stands_alone(std::string_view text, TextRange range) const;
  void take(std::string_view text, const AddedToken& token, TextRange range, std::size_t& end,
            std::vector<TextPart>& parts) const;

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_ = std::vector<Node>(1);          // a trie; the first is the root
  std::array<std::int32_t, 256> first_ = no_first_bytes();  // the root's children
  static std::array<std::int32_t, 256> no_first_bytes();
};

}  // namespace hone::policies
