#pragma once

#include <string_view>
#include <vector>

#include "rewards/math/commands.h"
#include "rewards/math/expression.h"
#include "rewards/math/lexer.h"

namespace hone::rewards::math {

/// A brace that is open.
struct Brace {
  bool is_visible = true;    // false: of \text{…}, it makes no token
  bool was_upright = false;  // to go back to
  bool is_argument = false;  // of a command: read as closed where the text ends
  bool is_box = false;
  bool is_list = false;     // commas part a list in it
  int arguments_after = 0;  // that the command still takes
};

/// One pass over a text. lexer.cpp has numbers and letters, lexer_commands.cpp what begins with a backslash,
/// lexer_signs.cpp the rest.
class Lexer {
 public:
  Lexer(std::string_view text, const LexerChoices& choices, Tokens& tokens)
      : text_(text), choices_(choices), tokens_(tokens) {
    tokens_.list.reserve(text.size() / 2 + 8);
    tokens_.text.reserve(text.size() + 16);
    is_angled_ = text.size() > 2 && text.front() == '<' && text.back() == '>' && text.find(',') != text.npos;
    bool escaped = false;
    for (const char c : text) {
      dollars_ += c == '$' && !escaped ? 1 : 0;
      escaped = c == '\\' && !escaped;
    }
  }

  void run();

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool follows(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  [[nodiscard]] TokenKind last() const { return tokens_.list.empty() ? TokenKind::kEnd : tokens_.list.back().kind; }

  Token& push(TokenKind kind, std::uint8_t code = 0);
  Token& push(TokenKind kind, Bracket bracket) { return push(kind, static_cast<std::uint8_t>(bracket)); }
  Token& push(TokenKind kind, Relation relation) { return push(kind, static_cast<std::uint8_t>(relation)); }
  Token& push_text(TokenKind kind, std::string_view text);

  bool step();
  [[nodiscard]] bool recurs_at(std::size_t ahead) const;
  bool number();
  [[nodiscard]] std::size_t based_digits() const;
  bool letters();
  bool letter(char c);
  void word(std::string_view run);
  [[nodiscard]] bool opens_next() const { return peek() == '(' || peek() == '{' || peek() == '\\'; }

  // lexer_commands.cpp
  void push_command(const Command& command);
  void name(Token& token, std::string_view text);
  bool command();
  bool apply(const Command& command);
  bool vanish(std::string_view spelling);
  void skip_spaces();
  std::string_view take_argument();
  bool blackboard();
  bool begin_environment();
  bool row_break();

  // lexer_signs.cpp
  bool sign();
  bool bracket();
  bool dollar();

  std::string_view text_;
  LexerChoices choices_;
  Tokens& tokens_;
  std::size_t at_ = 0;
  std::size_t list_end_ = 0;
  std::vector<Brace> braces_;
  int arguments_ = 0;      // that the last command still takes
  int open_brackets_ = 0;  // that commas part a list in
  int environments_ = 0;
  int open_boxes_ = 0;
  bool has_box_ = false;
  std::size_t dollars_ = 0;
  bool is_angled_ = false;  // <1,2,3>
  bool space_ = false;
  bool parted_ = false;
  bool upright_ = false;
};

}  // namespace hone::rewards::math
