#pragma once

#include <string>
#include <vector>

#include "policies/tokenizers/text_range.h"

namespace hone::policies {

/// Text from two hands: a template's author, who may write control tokens, and whoever wrote the messages, who may not.
struct MarkedText {
  std::string text;
  /// The template's stretches, ascending, disjoint, none empty. A control token counts only where all of its bytes lie
  /// in one of them; anywhere else its characters are ordinary.
  std::vector<TextRange> trusted;
};

}  // namespace hone::policies
