#include <algorithm>
#include <array>

#include "rewards/math/characters.h"
#include "rewards/math/commands.h"
#include "rewards/math/lexer_steps.h"

namespace hone::rewards::math {

static_assert(static_cast<int>(Bracket::kRound) == 0 && static_cast<int>(Bracket::kSquare) == 1 &&
              static_cast<int>(Bracket::kGroup) == 2);

bool Lexer::dollar() {
  ++at_;
  if (dollars_ % 2 == 1 && (is_digit(peek()) || peek() == ' ' || peek() == '.')) {
    push_text(TokenKind::kCurrency, "dollar");
  } else {
    space_ = true;
  }
  return true;
}

bool Lexer::sign() {
  struct Sign {
    std::string_view spelling;
    TokenKind kind;
    std::uint8_t code = 0;
  };
  constexpr auto relation = [](Relation code) { return static_cast<std::uint8_t>(code); };
  static constexpr auto kSigns = std::to_array<Sign>({
      {"+/-", TokenKind::kPlusMinus},
      {"+-", TokenKind::kPlusMinus},
      {"...", TokenKind::kEllipsis},
      {"**", TokenKind::kPower},
      {"<=", TokenKind::kRelation, relation(Relation::kLessOrEqual)},
      {">=", TokenKind::kRelation, relation(Relation::kGreaterOrEqual)},
      {"=<", TokenKind::kRelation, relation(Relation::kLessOrEqual)},
      {"!=", TokenKind::kRelation, relation(Relation::kNotEqual)},
      {"==", TokenKind::kRelation, relation(Relation::kEqual)},
      {":=", TokenKind::kRelation, relation(Relation::kEqual)},
      {"<", TokenKind::kRelation, relation(Relation::kLess)},
      {">", TokenKind::kRelation, relation(Relation::kGreater)},
      {"=", TokenKind::kRelation, relation(Relation::kEqual)},
      {"+", TokenKind::kPlus},
      {"-", TokenKind::kMinus},
      {"*", TokenKind::kTimes},
      {"/", TokenKind::kSlash},
      {"^", TokenKind::kPower},
      {"_", TokenKind::kSubscript},
      {"%", TokenKind::kPercent},
      {"!", TokenKind::kFactorial},
      {"'", TokenKind::kPrime},
      {",", TokenKind::kComma},
      {";", TokenKind::kSemicolon},
      {":", TokenKind::kColon},
      {"||", TokenKind::kBar},
      {"|", TokenKind::kBar},
      {"&", TokenKind::kColumnBreak},
  });
  if (bracket()) {
    return true;
  }
  for (const Sign& sign : kSigns) {
    if (follows(sign.spelling)) {
      // Nested absolute values are two bars each.
      at_ += sign.spelling == "||" ? 1 : sign.spelling.size();
      push(sign.kind, sign.code);
      return true;
    }
  }
  if (peek() == '.' && (at_ + 1 == text_.size() || is_space(peek(1)) || peek(1) == '$' || peek(1) == '}')) {
    ++at_;  // a full stop
    return true;
  }
  return false;
}

bool Lexer::bracket() {
  if (follows("{:}") || follows("{=}") || follows("{,}")) {
    push(peek(1) == ':'   ? TokenKind::kColon
         : peek(1) == ',' ? TokenKind::kComma
                          : TokenKind::kRelation,
         Relation::kEqual);
    at_ += 3;
    return true;
  }
  if (is_angled_ && (at_ == 0 || at_ + 1 == text_.size())) {
    push(at_ == 0 ? TokenKind::kOpen : TokenKind::kClose, Bracket::kAngle);
    open_brackets_ += at_ == 0 ? 1 : 0;
    ++at_;
    return true;
  }
  constexpr std::string_view kOpening = "([{";
  constexpr std::string_view kClosing = ")]}";
  if (peek() == '{') {
    braces_.push_back({.was_upright = upright_,
                       .is_argument = arguments_ > 0,
                       .is_list = arguments_ == 0,
                       .arguments_after = std::max(arguments_ - 1, 0)});
    open_brackets_ += braces_.back().is_list ? 1 : 0;
  }
  if (const std::size_t which = kOpening.find(peek()); which != std::string_view::npos) {
    ++at_;
    open_brackets_ += which < 2 ? 1 : 0;
    push(TokenKind::kOpen, static_cast<std::uint8_t>(which));
    return true;
  }
  const std::size_t which = kClosing.find(peek());
  if (which == std::string_view::npos) {
    return false;
  }
  ++at_;
  if (which < 2) {
    open_brackets_ = std::max(open_brackets_ - 1, 0);
    push(TokenKind::kClose, static_cast<std::uint8_t>(which));
    return true;
  }
  if (braces_.empty()) {
    tokens_.is_readable = false;
    return true;
  }
  const Brace brace = braces_.back();
  braces_.pop_back();
  open_brackets_ -= brace.is_list ? 1 : 0;
  open_boxes_ -= brace.is_box ? 1 : 0;
  if (brace.is_visible) {
    push(TokenKind::kClose, Bracket::kGroup);
  }
  upright_ = brace.was_upright;
  arguments_ = brace.arguments_after;
  return true;
}

}  // namespace hone::rewards::math
