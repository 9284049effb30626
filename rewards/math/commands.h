#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rewards/math/lexer.h"

namespace hone::rewards::math {

/// What becomes of a LaTeX command or of a word of plain text.
enum class CommandUse : std::uint8_t {
  kToken,         // `token` and `code`, or `name` for symbols and currencies
  kVanish,        // it only typesets
  kUpright,       // \text{…}: its braces vanish, and what is within is upright
  kDropArgument,  // \hspace{1cm}: the argument goes too
  kBlackboard,    // \mathbb{R}
  kBegin,         // \begin{…}
  kEndEnvironment,
  kAccent,  // \overline, \bar, \dot, \hat over a letter
};

struct Command {
  std::string_view spelling;
  CommandUse use = CommandUse::kToken;
  TokenKind token = TokenKind::kEnd;
  std::uint8_t code = 0;
  std::string_view name = {};
};

/// The command without its backslash; null when there is none of that name.
[[nodiscard]] const Command* find_command(std::string_view spelling);
/// A word of plain text that means something in formulas: sin, pi, sqrt, and, infinity.
[[nodiscard]] const Command* find_keyword(std::string_view word);

}  // namespace hone::rewards::math
