#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hone::policies {

/// The bytes [begin, end) of a text.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// Text from two hands: a template's author, who may write control tokens, and whoever wrote the messages, who may not.
struct MarkedText {
  std::string text;
  /// The template's stretches, ascending, disjoint, none empty. A control token counts only where all of its bytes lie
  /// in one of them; anywhere else its characters are ordinary.
  std::vector<TextRange> trusted;
};

}  // namespace hone::policies
