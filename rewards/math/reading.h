#pragma once

#include <string>
#include <string_view>

#include "rewards/math/parser.h"

namespace hone::rewards::math {

enum class ReadingKind {
  kEmpty,
  kNumber,    // a formula of rational numbers: `tree`
  kLabel,     // words: yes, not entailed, (A)
  kSymbolic,  // anything else: compared as text, without whitespace
  kTooLarge,
};

/// What a short answer says, as far as it can be read.
struct Reading {
  ReadingKind kind = ReadingKind::kEmpty;
  Tree tree;         // of kNumber
  std::string text;  // of kLabel: lower case, without punctuation at the ends; of kSymbolic: without whitespace
  std::string unit;  // of kNumber: the word after it in \text{…}, or "degrees"; often empty
};

/// Takes off what only typesets ($…$, \(…\), \boxed{…}, \text{…}, **…**, a currency sign, the last full stop) and the
/// left side of "x = 5" when it is but a name, then reads what is left. Linear in the text, which may be hostile.
[[nodiscard]] Reading read(std::string_view text);

/// `text` with its whitespace at the ends, LaTeX's included, taken off.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace hone::rewards::math
