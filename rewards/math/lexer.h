#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::math {

enum class TokenKind : std::uint8_t {
  kNumber,          // text: digits; decimals, repeating, exponent
  kSymbol,          // text: the name, "x", "theta"
  kConstant,        // code: Constant
  kFunction,        // code: Function; kNamed for what the parser treats by its name: \lg, \lb
  kWord,            // text: letters that are no formula, as written
  kPlus,            // +
  kMinus,           // -
  kPlusMinus,       // \pm, +-
  kMinusPlus,       // \mp
  kTimes,           // * \cdot \times
  kSlash,           // /, the one sign that can also write a fraction
  kDivide,          // \div
  kPower,           // ^ and **
  kSubscript,       // _
  kPercent,         // % \%
  kFactorial,       // !
  kPrime,           // '
  kDegree,          // ^\circ, \degree
  kFraction,        // \frac
  kBinomial,        // \binom
  kOver,            // \over
  kChoose,          // \choose
  kRoot,            // \sqrt, code: the index where the command says it, else 0
  kRelation,        // code: Relation
  kComma,           // ,
  kSemicolon,       // ; and a line's end outside a matrix
  kColon,           // :
  kBar,             // |
  kOpen,            // code: Bracket
  kClose,           // code: Bracket
  kUnion,           // \cup
  kIntersection,    // \cap
  kDifference,      // \setminus
  kEmptySet,        // \emptyset
  kEllipsis,        // \ldots ...
  kAnd,             // and \land
  kOr,              // or \lor
  kMod,             // \bmod
  kParenthesisMod,  // \pmod
  kMatrix,          // \begin{pmatrix}; code: Matrix
  kMatrixEnd,       // \end{pmatrix}
  kColumnBreak,     // &
  kRowBreak,        // two backslashes, within a matrix
  kCurrency,        // text: the unit
  kOverline,        // \overline over letters
  kEnd,
};

enum class Bracket : std::uint8_t { kRound, kSquare, kGroup, kSet, kAngle, kFloor, kCeiling, kBar };
enum class Matrix : std::uint8_t { kPlain, kDeterminant, kCases };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint8_t code = 0;
  bool space_before = false;
  bool is_parted = false;     // by a spacing command, \,
  bool is_upright = false;    // set in \text{…} or \mathrm{…}
  bool has_exponent = false;  // 1e-7
  std::uint16_t decimals = 0;
  std::uint16_t repeating = 0;
  std::int32_t exponent = 0;
  std::uint32_t text_begin = 0;
  std::uint32_t text_size = 0;
};

/// A text of several readings is read once for each choice that it leaves.
struct LexerChoices {
  bool decimal_comma = false;        // 3,14 is a number and not a list
  bool bracketed_thousands = false;  // (1,234) holds one number
  bool thousands_are_lists = false;  // 100,200,300 are three numbers
};

struct Tokens {
  std::vector<Token> list;  // ends with kEnd
  std::string text;
  LexerChoices met;  // which of the choices make a difference
  bool is_readable = true;

  [[nodiscard]] std::string_view text_of(const Token& token) const {
    return std::string_view(text).substr(token.text_begin, token.text_size);
  }
};

/// ASCII, LaTeX or plain, in one pass. What only typesets vanishes: spacing, sizes, \left, \displaystyle, \text{}, $.
[[nodiscard]] Tokens tokenize(std::string_view text, const LexerChoices& choices);

}  // namespace hone::rewards::math
