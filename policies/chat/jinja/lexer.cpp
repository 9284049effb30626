#include "policies/chat/jinja/lexer.h"

#include <algorithm>
#include <array>

#include "policies/chat/jinja/text.h"

namespace hone::policies::jinja {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    while (at_ < source_.size()) read_data();
    add(TokenKind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  void add(TokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }
  [[nodiscard]] bool looking_at(std::string_view text) const { return source_.substr(at_, text.size()) == text; }
  [[nodiscard]] std::size_t behind_white(std::size_t at) const {
    while (at < source_.size()) {
      const auto white = white_size(source_, at);
      if (white == 0) break;
      at += white;
    }
    return at;
  }

  // Every byte that is passed goes through here, so that lines are counted once.
  void move_to(std::size_t at) {
    line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         source_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    if (at > at_) starts_line_ = source_[at - 1] == '\n';
    at_ = at;
  }

  // Text up to the next tag, then the tag.
  void read_data() {
    auto tag = source_.find('{', at_);
    while (tag != std::string_view::npos && source_.find_first_of("{%#", tag + 1) != tag + 1) {
      tag = source_.find('{', tag + 1);
    }
    if (tag == std::string_view::npos) {
      add(TokenKind::kData, std::string(source_.substr(at_)));
      return move_to(source_.size());
    }
    add_data(tag, source_[tag + 1] == '{');
    const char kind = source_[tag + 1];
    auto behind = tag + 2;
    if (behind < source_.size() && (source_[behind] == '-' || source_[behind] == '+')) ++behind;
    if (kind == '#') {
      read_comment(behind);
    } else if (const auto body = kind == '%' ? raw_body(behind) : 0) {
      read_raw(body);
    } else {
      add(kind == '{' ? TokenKind::kVariableBegin : TokenKind::kBlockBegin, "");
      move_to(behind);
      kind == '{' ? read_tag(TokenKind::kVariableEnd, "}}") : read_tag(TokenKind::kBlockEnd, "%}");
    }
  }

  // The data [at_, tag), cut as the tag's sign and lstrip_blocks want it.
  void add_data(std::size_t tag, bool is_variable) {
    auto text = source_.substr(at_, tag - at_);
    const char sign = tag + 2 < source_.size() ? source_[tag + 2] : ' ';
    if (sign == '-') {
      while (!text.empty()) {
        auto last = text.size() - 1;
        while (last > 0 && text.size() - last < 3 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
        if (white_size(text, last) != text.size() - last) break;
        text.remove_suffix(text.size() - last);
      }
    } else if (sign != '+' && !is_variable) {
      const auto newline = text.rfind('\n');
      const auto begin = newline == std::string_view::npos ? 0 : newline + 1;
      if ((begin > 0 || starts_line_) && behind_white(at_ + begin) >= tag) text = text.substr(0, begin);
    }
    if (!text.empty()) add(TokenKind::kData, std::string(text));
    move_to(tag);
  }

  // Where a tag that ends with `close` at `at` leaves the reader, under its sign and trim_blocks.
  [[nodiscard]] std::size_t behind_close(std::size_t at, std::string_view close) const {
    const char sign = source_[at];
    if (sign == '-' || sign == '+') ++at;
    at += close.size();
    if (sign == '-') return behind_white(at);
    return sign != '+' && close != "}}" && at < source_.size() && source_[at] == '\n' ? at + 1 : at;
  }

  void read_comment(std::size_t behind) {
    const auto close = source_.find("#}", behind);
    if (close == std::string_view::npos) throw Failure("Missing end of comment tag", line_);
    const bool has_sign = close > behind && (source_[close - 1] == '-' || source_[close - 1] == '+');
    move_to(behind_close(has_sign ? close - 1 : close, "#}"));
  }

  // Behind {% raw %}, or 0 where the tag is another.
  [[nodiscard]] std::size_t raw_body(std::size_t behind) const {
    auto at = behind_white(behind);
    if (source_.substr(at, 3) != "raw") return 0;
    at = behind_white(at + 3);
    if (source_.substr(at, 2) == "%}") return at + 2;
    return source_.substr(at, 3) == "-%}" ? behind_white(at + 3) : 0;
  }

  void read_raw(std::size_t body) {
    move_to(body);
    for (auto tag = source_.find("{%", at_); tag != std::string_view::npos; tag = source_.find("{%", tag + 2)) {
      auto at = tag + 2;
      if (at < source_.size() && (source_[at] == '-' || source_[at] == '+')) ++at;
      at = behind_white(at);
      if (source_.substr(at, 6) != "endraw") continue;
      at = behind_white(at + 6);
      const bool has_sign = at < source_.size() && (source_[at] == '-' || source_[at] == '+');
      if (source_.substr(has_sign ? at + 1 : at, 2) != "%}") continue;
      add_data(tag, false);
      return move_to(behind_close(at, "%}"));
    }
    throw Failure("Missing end of raw directive", line_);
  }

  // The tokens of a tag, up to its end.
  void read_tag(TokenKind end, std::string_view close) {
    std::string open;
    while (true) {
      if (at_ >= source_.size()) throw Failure("unexpected end of template", line_);
      const char sign = source_[at_];
      const bool has_sign = sign == '-' || (sign == '+' && end == TokenKind::kBlockEnd);
      if (open.empty() && source_.substr(has_sign ? at_ + 1 : at_, 2) == close) {
        add(end, "");
        return move_to(behind_close(at_, close));
      }
      if (white_size(source_, at_) > 0) {
        move_to(behind_white(at_));
      } else if (is_digit(sign)) {
        read_number();
      } else if (begins_name(sign)) {
        auto last = at_;
        while (last < source_.size() && (begins_name(source_[last]) || is_digit(source_[last]))) ++last;
        add(TokenKind::kName, std::string(source_.substr(at_, last - at_)));
        move_to(last);
      } else if (sign == '\'' || sign == '"') {
        read_string(sign);
      } else {
        read_operator(open);
      }
    }
  }

  void read_string(char quote) {
    auto last = at_ + 1;
    while (last < source_.size() && source_[last] != quote) last += source_[last] == '\\' ? 2 : 1;
    if (last >= source_.size()) throw Failure("a string has no end", line_);
    add(TokenKind::kString, unescaped(source_.substr(at_ + 1, last - at_ - 1), line_));
    move_to(last + 1);
  }

  [[nodiscard]] std::size_t behind_digits(std::size_t at) const {
    while (at < source_.size() &&
           (is_digit(source_[at]) || (source_[at] == '_' && at + 1 < source_.size() && is_digit(source_[at + 1])))) {
      ++at;
    }
    return at;
  }

  void read_number() {
    auto last = behind_digits(at_);
    const auto digit_at = [&](std::size_t at) { return at < source_.size() && is_digit(source_[at]); };
    bool is_real = false;
    if (at_ > 0 && source_[at_ - 1] == '.') {  // messages.0.1 are two indices
      add(TokenKind::kInteger, std::string(source_.substr(at_, last - at_)));
      return move_to(last);
    }
    if (last < source_.size() && source_[last] == '.' && digit_at(last + 1)) {
      is_real = true;
      last = behind_digits(last + 1);
    }
    if (last < source_.size() && (source_[last] == 'e' || source_[last] == 'E')) {
      const bool has_sign = last + 1 < source_.size() && (source_[last + 1] == '-' || source_[last + 1] == '+');
      if (digit_at(last + (has_sign ? 2 : 1))) {
        is_real = true;
        last = behind_digits(last + (has_sign ? 2 : 1));
      }
    }
    std::string digits(source_.substr(at_, last - at_));
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    add(is_real ? TokenKind::kReal : TokenKind::kInteger, std::move(digits));
    move_to(last);
  }

  void read_operator(std::string& open) {
    static constexpr std::array<std::string_view, 6> kPairs = {"//", "**", "==", "!=", ">=", "<="};
    auto size = std::size_t{1};
    for (const auto pair : kPairs) {
      if (looking_at(pair)) size = 2;
    }
    const char c = source_[at_];
    if (size == 1 && std::string_view("+-/*%~[](){}<>=.:|,").find(c) == std::string_view::npos) {
      throw Failure("unexpected char '" + std::string(1, c) + "'", line_);
    }
    if (c == '(' || c == '[' || c == '{') open += c == '(' ? ')' : c == '[' ? ']' : '}';
    if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) throw Failure("unexpected '" + std::string(1, c) + "'", line_);
      open.pop_back();
    }
    add(TokenKind::kOperator, std::string(source_.substr(at_, size)));
    move_to(at_ + size);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool starts_line_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::string normalized_source(std::string_view source) {
  std::string text;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      text += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
    } else {
      text += source[i];
    }
  }
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::vector<Token> tokens_of(std::string_view source) {
  return Lexer(source).run();
}

}  // namespace hone::policies::jinja
