#include "rewards/math/lexer.h"

#include <algorithm>
#include <array>

#include "rewards/math/characters.h"
#include "rewards/math/commands.h"
#include "rewards/math/expression.h"
#include "rewards/math/lexer_steps.h"
#include "rewards/math/numbers.h"
#include "rewards/math/units.h"
#include "rewards/math/words.h"

namespace hone::rewards::math {

void Lexer::run() {
  while (at_ < text_.size()) {
    if (!step()) {
      tokens_.is_readable = false;
      break;
    }
  }
  for (; !braces_.empty() && tokens_.is_readable; braces_.pop_back()) {
    if (braces_.back().is_visible) {
      tokens_.is_readable = braces_.back().is_argument;
      push(TokenKind::kClose, Bracket::kGroup);
    }
  }
  push(TokenKind::kEnd);
}

Token& Lexer::push(TokenKind kind, std::uint8_t code) {
  Token token;
  token.kind = kind;
  token.code = code;
  token.space_before = space_;
  token.is_parted = parted_;
  parted_ = false;
  token.is_upright = upright_;
  space_ = false;
  arguments_ = kind == TokenKind::kFraction || kind == TokenKind::kBinomial                             ? 2
               : kind == TokenKind::kRoot || kind == TokenKind::kPower || kind == TokenKind::kSubscript ? 1
                                                                                                        : 0;
  tokens_.list.push_back(token);
  return tokens_.list.back();
}

Token& Lexer::push_text(TokenKind kind, std::string_view text) {
  Token& token = push(kind);
  token.text_begin = static_cast<std::uint32_t>(tokens_.text.size());
  token.text_size = static_cast<std::uint32_t>(text.size());
  tokens_.text += text;
  return token;
}

bool Lexer::step() {
  const char c = peek();
  if (is_space(c) || c == '~' || c == '`' || c == '"') {
    space_ = true;
    ++at_;
    return true;
  }
  if (is_digit(c) || (c == '.' && (is_digit(peek(1)) || recurs_at(1)))) {
    return number();
  }
  if (is_letter(c) || is_beyond_ascii(c)) {
    return letters();
  }
  return c == '\\' ? command() : c == '$' ? dollar() : sign();
}

/// .\overline{3}
bool Lexer::recurs_at(std::size_t ahead) const {
  const std::string_view rest = text_.substr(at_ + ahead);
  return rest.starts_with("\\overline{") || rest.starts_with("\\bar{") || rest.starts_with("\\dot{");
}

bool Lexer::number() {
  const int arguments = arguments_;
  std::string digits;
  const std::size_t based = based_digits();
  SpeltNumber number;
  if (based > 0) {
    digits = text_.substr(at_, based);
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
    number.end = at_ + based;
  } else {
    number =
        read_number(text_, at_, open_brackets_ > 0, at_ >= list_end_ && arguments == 0, choices_, tokens_.met, digits);
  }
  list_end_ = std::max(list_end_, number.list_end);
  Token& token = push_text(TokenKind::kNumber, digits);
  token.decimals = number.decimals;
  token.repeating = number.repeating;
  token.has_exponent = number.has_exponent;
  token.exponent = number.exponent;
  arguments_ = std::max(arguments - 1, 0);
  at_ = number.end;
  return true;
}

/// Digits of a base above ten, 2F_{16}: how many, or 0.
std::size_t Lexer::based_digits() const {
  std::size_t count = 0;
  bool has_letter = false;
  while (is_digit(peek(count)) || (peek(count) >= 'A' && peek(count) <= 'Z')) {
    has_letter = has_letter || !is_digit(peek(count));
    ++count;
  }
  std::size_t base = count + 1;
  base += peek(base) == '{' ? 1 : 0;
  return has_letter && count > 1 && peek(count) == '_' && is_digit(peek(base)) && is_digit(peek(base + 1)) ? count : 0;
}

bool Lexer::letters() {
  if (is_upper(peek()) && based_digits() > 0) {
    return number();
  }
  if (follows("a.m") || follows("p.m")) {
    push_text(TokenKind::kWord, peek() == 'a' ? "am" : "pm");
    at_ += follows("a.m.") || follows("p.m.") ? 4 : 3;
    return true;
  }
  std::size_t end = at_;
  bool is_ascii = true;
  while (end < text_.size() && (is_letter(text_[end]) || is_beyond_ascii(text_[end]))) {
    is_ascii = is_ascii && is_letter(text_[end]);
    ++end;
  }
  const std::string_view run = text_.substr(at_, end - at_);
  at_ = end;
  if (!is_ascii) {
    push_text(TokenKind::kWord, run);
    return true;
  }
  if (run.size() == 1) {
    return letter(run[0]);
  }
  word(run);
  return true;
}

bool Lexer::letter(char c) {
  if (c == 'U' && (last() == TokenKind::kClose || last() == TokenKind::kConstant)) {
    std::size_t next = at_;
    while (next < text_.size() && is_space(text_[next])) {
      ++next;
    }
    if (next < text_.size() &&
        (text_[next] == '(' || text_[next] == '[' || text_[next] == '\\' || text_[next] == '{')) {
      push(TokenKind::kUnion);
      return true;
    }
  }
  if (c == 'e' || c == 'i') {
    push(TokenKind::kConstant, static_cast<std::uint8_t>(c == 'e' ? Constant::kE : Constant::kImaginaryUnit));
  } else {
    push_text(TokenKind::kSymbol, std::string_view(&c, 1));
  }
  return true;
}

void Lexer::word(std::string_view run) {
  std::string folded(run);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  if (const Command* keyword = find_keyword(folded)) {
    const bool is_minutes = folded == "min" && !opens_next();
    const bool is_seconds = folded == "sec" && last() == TokenKind::kNumber && !opens_next();
    if (!is_minutes && !is_seconds) {
      push_command(*keyword);
      return;
    }
  }
  if (is_unit_word(run)) {
    push_text(TokenKind::kWord, run);
    return;
  }
  const FunctionInRun split = upright_ ? FunctionInRun{} : function_in_run(run);
  if (!split.name.empty()) {
    if (!split.before.empty()) {
      letter(split.before[0]);
    }
    push_command(*find_keyword(split.name));
    if (split.after.size() == 1) {
      letter(split.after[0]);
    } else if (!split.after.empty()) {
      push_command(*find_keyword("pi"));
    }
    return;
  }
  if (run.size() <= 3 && !upright_ && !is_short_word(run)) {
    for (const char c : run) {
      letter(c);
    }
    return;
  }
  push_text(TokenKind::kWord, run);
}

Tokens tokenize(std::string_view text, const LexerChoices& choices) {
  Tokens tokens;
  Lexer(text, choices, tokens).run();
  return tokens;
}

}  // namespace hone::rewards::math
