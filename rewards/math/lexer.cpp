#include "rewards/math/lexer.h"

#include <array>
#include <utility>

namespace hone::rewards::math {
namespace {

using Spelling = std::pair<std::string_view, TokenKind>;

constexpr std::array<Spelling, 9> kCommands{{{"cdot", TokenKind::kTimes},
                                             {"times", TokenKind::kTimes},
                                             {"ast", TokenKind::kTimes},
                                             {"div", TokenKind::kDivide},
                                             {"frac", TokenKind::kFraction},
                                             {"dfrac", TokenKind::kFraction},
                                             {"tfrac", TokenKind::kFraction},
                                             {"cfrac", TokenKind::kFraction},
                                             {"%", TokenKind::kPercent}}};
constexpr std::array<std::string_view, 11> kSkippedCommands{
    {"left", "right", "displaystyle", "textstyle", "quad", "qquad", ",", ";", ":", "!", " "}};
constexpr std::array<Spelling, 10> kSymbols{{{"+", TokenKind::kPlus},
                                             {"-", TokenKind::kMinus},
                                             {"*", TokenKind::kTimes},
                                             {"/", TokenKind::kSlash},
                                             {"^", TokenKind::kPower},
                                             {"%", TokenKind::kPercent},
                                             {"\xE2\x88\x92", TokenKind::kMinus},  // U+2212 minus sign
                                             {"\xC3\x97", TokenKind::kTimes},      // U+00D7 multiplication sign
                                             {"\xC2\xB7", TokenKind::kTimes},      // U+00B7 middle dot
                                             {"\xC3\xB7", TokenKind::kDivide}}};   // U+00F7 division sign

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

  bool run() {
    while (at_ < text_.size()) {
      if (!skip_space() && !number() && !bracket() && !symbol() && !command()) {
        return false;
      }
    }
    return true;
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool follows(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  bool skip_space() {
    if (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r' || peek() == '~') {
      ++at_;
      return true;
    }
    if (follows("\xC2\xA0")) {  // U+00A0 no-break space
      at_ += 2;
      return true;
    }
    return false;
  }

  // A thousands separator stands between digits and is followed by exactly three more: 1,234 1{,}234 1\,234 1,\!234.
  [[nodiscard]] std::size_t separator_length(std::size_t digits_before) const {
    if (digits_before == 0 || digits_before > 3) {
      return 0;
    }
    for (const std::string_view separator : {",\\!", "{,}", "\\,", ","}) {
      const std::size_t length = separator.size();
      if (follows(separator) && is_digit(peek(length)) && is_digit(peek(length + 1)) && is_digit(peek(length + 2)) &&
          !is_digit(peek(length + 3))) {
        return length;
      }
    }
    return 0;
  }

  bool number() {
    if (!is_digit(peek()) && !(peek() == '.' && is_digit(peek(1)))) {
      return false;
    }
    Token token;
    if (single_digits_ > 0) {
      --single_digits_;
      token.digits = text_[at_++];
      tokens_.push_back(std::move(token));
      return peek() != '.';  // \frac1.5 is no formula
    }
    while (is_digit(peek())) {
      token.digits += text_[at_++];
    }
    std::size_t group = token.digits.size();
    const bool may_group = group > 0 && token.digits[0] != '0';
    while (const std::size_t length = may_group ? separator_length(group) : 0) {
      at_ += length;
      token.digits.append(text_.substr(at_, 3));
      at_ += 3;
      group = 3;
    }
    if (peek() == '.') {
      ++at_;
      while (is_digit(peek())) {
        token.digits += text_[at_++];
        ++token.decimals;
      }
    }
    tokens_.push_back(std::move(token));
    return true;
  }

  bool bracket() {
    static constexpr std::string_view kOpening = "([{";
    static constexpr std::string_view kClosing = ")]}";
    if (const std::size_t which = kOpening.find(peek()); which != std::string_view::npos) {
      push_bracket(TokenKind::kOpen, kClosing[which]);
      return true;
    }
    if (kClosing.find(peek()) != std::string_view::npos) {
      push_bracket(TokenKind::kClose, peek());
      return true;
    }
    return false;
  }

  void push_bracket(TokenKind kind, char bracket) {
    single_digits_ = 0;
    ++at_;
    tokens_.push_back({kind, {}, 0, bracket});
  }

  bool symbol() {
    for (const auto& [spelling, kind] : kSymbols) {
      if (follows(spelling)) {
        at_ += spelling.size();
        single_digits_ = 0;
        tokens_.push_back({kind, {}, 0, 0});
        return true;
      }
    }
    return false;
  }

  bool command() {
    if (peek() != '\\') {
      return false;
    }
    std::size_t letters = 0;
    while (is_letter(peek(1 + letters))) {
      ++letters;
    }
    const std::string_view name = text_.substr(at_ + 1, letters > 0 ? letters : 1);
    for (const std::string_view skipped : kSkippedCommands) {
      if (name == skipped) {
        at_ += 1 + name.size();
        return true;
      }
    }
    for (const auto& [spelling, kind] : kCommands) {
      if (name == spelling) {
        at_ += 1 + name.size();
        single_digits_ = kind == TokenKind::kFraction ? 2 : 0;
        tokens_.push_back({kind, {}, 0, 0});
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  int single_digits_ = 0;  // how many one-digit arguments \frac may still take
};

}  // namespace

bool tokenize(std::string_view text, std::vector<Token>& tokens) {
  return Lexer(text, tokens).run();
}

}  // namespace hone::rewards::math
