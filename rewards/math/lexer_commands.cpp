#include <algorithm>
#include <array>

#include "rewards/math/characters.h"
#include "rewards/math/commands.h"
#include "rewards/math/lexer_steps.h"

namespace hone::rewards::math {

void Lexer::push_command(const Command& command) {
  if (command.name.empty()) {
    Token& token = push(command.token, command.code);
    if (command.token == TokenKind::kFunction && command.code == static_cast<std::uint8_t>(Function::kNamed)) {
      name(token, command.spelling);
    }
  } else {
    Token& token = push(command.token, static_cast<std::uint8_t>(Function::kNamed));
    name(token, command.name);
  }
  if (command.token == TokenKind::kOpen) {
    ++open_brackets_;
  } else if (command.token == TokenKind::kClose) {
    open_brackets_ = std::max(open_brackets_ - 1, 0);
  }
}

void Lexer::name(Token& token, std::string_view text) {
  token.text_begin = static_cast<std::uint32_t>(tokens_.text.size());
  token.text_size = static_cast<std::uint32_t>(text.size());
  tokens_.text += text;
}

bool Lexer::command() {
  std::size_t letters = 0;
  while (is_letter(peek(1 + letters))) {
    ++letters;
  }
  if (letters == 0 && peek(1) == '\\') {
    return row_break();
  }
  const std::string_view spelling = text_.substr(at_ + 1, letters > 0 ? letters : 1);
  if (spelling.empty() || is_space(spelling[0])) {
    space_ = true;
    ++at_;
    return !spelling.empty();
  }
  const Command* found = find_command(spelling);
  if (found == nullptr) {
    return false;
  }
  at_ += 1 + spelling.size();
  return apply(*found);
}

bool Lexer::apply(const Command& command) {
  switch (command.use) {
    case CommandUse::kToken:
      push_command(command);
      return true;
    case CommandUse::kVanish:
      return vanish(command.spelling);
    case CommandUse::kUpright:
      skip_spaces();
      if (peek() == '*') {
        ++at_;
      }
      skip_spaces();
      if (peek() == '{') {
        braces_.push_back({.is_visible = false, .was_upright = upright_, .arguments_after = arguments_});
        upright_ = true;
        ++at_;
      }
      return true;
    case CommandUse::kDropArgument:
      (void)take_argument();
      return true;
    case CommandUse::kBlackboard:
      return blackboard();
    case CommandUse::kBegin:
      return begin_environment();
    case CommandUse::kEndEnvironment:
      (void)take_argument();
      environments_ -= environments_ > 0 ? 1 : 0;
      push(TokenKind::kMatrixEnd);
      return true;
    case CommandUse::kAccent:
      push_text(TokenKind::kOverline, command.spelling);
      return true;
  }
  return false;
}

bool Lexer::vanish(std::string_view spelling) {
  const bool is_left = spelling == "left";
  if (is_left || spelling == "right") {
    skip_spaces();
    if (peek() == '.') {
      ++at_;
    } else if (peek() == '|' || follows("\\|") || peek() == '<' || peek() == '>') {
      push(is_left ? TokenKind::kOpen : TokenKind::kClose,
           peek() == '<' || peek() == '>' ? Bracket::kAngle : Bracket::kBar);
      at_ += peek() == '\\' ? 2 : 1;
    }
    return true;
  }
  if (spelling == "boxed" || spelling == "fbox") {
    skip_spaces();
    const bool goes_on = last() == TokenKind::kAnd || last() == TokenKind::kOr || last() == TokenKind::kComma;
    if (has_box_ && open_boxes_ == 0 && !goes_on) {
      return false;  // two answers are none
    }
    if (peek() == '{') {
      braces_.push_back({.is_visible = false, .was_upright = upright_, .is_box = true});
      ++open_boxes_;
      has_box_ = true;
      ++at_;
    }
    return true;
  }
  parted_ =
      parted_ || (spelling.size() == 1 && (spelling == "," || spelling == ";" || spelling == ":" || spelling == " "));
  space_ = space_ || parted_ || spelling == "quad" || spelling == "qquad" || spelling == " " || spelling == "space";
  return true;
}

void Lexer::skip_spaces() {
  while (is_space(peek())) {
    ++at_;
  }
}

/// {…} without braces within it.
std::string_view Lexer::take_argument() {
  skip_spaces();
  if (peek() != '{') {
    return {};
  }
  const std::size_t end = std::min(text_.find('}', at_), text_.size());
  const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
  at_ = std::min(end + 1, text_.size());
  return inside;
}

bool Lexer::blackboard() {
  skip_spaces();
  const std::string_view argument = peek() == '{' ? take_argument() : text_.substr(at_++, 1);
  constexpr std::string_view kLetters = "RZNQC";
  constexpr Constant kSets[] = {Constant::kReals, Constant::kIntegers, Constant::kNaturals, Constant::kRationals,
                                Constant::kComplexes};
  const std::size_t which = argument.size() == 1 ? kLetters.find(argument[0]) : std::string_view::npos;
  if (which == std::string_view::npos) {
    return false;
  }
  push(TokenKind::kConstant, static_cast<std::uint8_t>(kSets[which]));
  return true;
}

bool Lexer::begin_environment() {
  std::string_view name = take_argument();
  if (name.ends_with('*')) {
    name.remove_suffix(1);
  }
  if (name == "array" || name == "tabular") {
    (void)take_argument();
  }
  ++environments_;
  const bool is_matrix = name.ends_with("matrix") || name == "array" || name == "tabular";
  const Matrix matrix = name == "vmatrix" ? Matrix::kDeterminant : is_matrix ? Matrix::kPlain : Matrix::kCases;
  constexpr auto kLists =
      std::to_array<std::string_view>({"cases", "aligned", "align", "gathered", "gather", "equation", "split"});
  push(TokenKind::kMatrix, static_cast<std::uint8_t>(matrix));
  return is_matrix || std::find(kLists.begin(), kLists.end(), name) != kLists.end();
}

bool Lexer::row_break() {
  std::size_t letters = 0;
  while (environments_ == 0 && is_letter(peek(2 + letters))) {
    ++letters;
  }
  if (letters > 1 && find_command(text_.substr(at_ + 2, letters)) != nullptr) {
    ++at_;  // \\frac: escaped once too often
    return true;
  }
  at_ += 2;
  if (peek() == '[' && environments_ > 0) {  // \\[2pt]
    const std::size_t end = text_.find(']', at_);
    if (end != std::string_view::npos && end > at_ + 2 && text_.substr(end - 2, 2) == "pt") {
      at_ = end + 1;
    }
  }
  push(environments_ > 0 ? TokenKind::kRowBreak : TokenKind::kSemicolon);
  return true;
}

}  // namespace hone::rewards::math
