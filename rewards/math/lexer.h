#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::math {

enum class TokenKind {
  kNumber,    // 12, 1,234, .5, 3.
  kPlus,      // +
  kMinus,     // - and U+2212
  kTimes,     // * \cdot \times \ast and U+00D7, U+00B7
  kSlash,     // /, the one sign that can also write a fraction
  kDivide,    // \div and U+00F7
  kPower,     // ^
  kPercent,   // % and \%
  kFraction,  // \frac \dfrac \tfrac \cfrac
  kOpen,      // ( [ {
  kClose,     // ) ] }
};

struct Token {
  TokenKind kind = TokenKind::kNumber;
  std::string digits;  // of a number, without separators or point
  int decimals = 0;    // how many of the digits stand behind the point
  char bracket = 0;    // of kOpen and kClose: the closing bracket that belongs to it, ')', ']' or '}'
};

/// Reads a formula of numbers and operators, plain or LaTeX. Bytes are all it knows: anything else (a letter, an
/// unknown command, a stray byte) makes the text no formula and the result false. \left, \right and spacing commands
/// are skipped; \frac12 is two arguments of one digit. Linear in the text.
bool tokenize(std::string_view text, std::vector<Token>& tokens);

}  // namespace hone::rewards::math
