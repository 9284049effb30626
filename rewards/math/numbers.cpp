#include "rewards/math/numbers.h"

#include <algorithm>
#include <array>

#include "rewards/math/characters.h"

namespace hone::rewards::math {
namespace {

class NumberReader {
 public:
  NumberReader(std::string_view text, std::size_t at, std::string& digits)
      : text_(text), at_(at), digits_(digits), first_(digits.size()) {}

  SpeltNumber run(bool is_bracketed, bool may_group, const LexerChoices& choices, LexerChoices& met) {
    take_digits();
    const bool has_comma = may_group && commas(is_bracketed, choices, met);
    if (may_group && !has_comma) {
      spaces();
    }
    if (number_.decimals == 0) {
      point(is_bracketed, choices, met);
    }
    exponent();
    number_.end = at_;
    return number_;
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool follows(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  [[nodiscard]] std::size_t digits_at(std::size_t place) const {
    std::size_t end = place;
    while (end < text_.size() && is_digit(text_[end])) {
      ++end;
    }
    return end - place;
  }
  void take_digits() {
    const std::size_t count = digits_at(at_);
    digits_ += text_.substr(at_, count);
    at_ += count;
  }
  void take_decimals() {
    const std::size_t count = digits_at(at_);
    take_digits();
    number_.decimals = static_cast<std::uint16_t>(number_.decimals + count);
  }
  [[nodiscard]] std::size_t whole_digits() const { return digits_.size() - first_; }
  [[nodiscard]] bool can_lead_groups() const {
    return whole_digits() >= 1 && whole_digits() <= 3 && digits_[first_] != '0';
  }

  /// Groups of digits, each after one of the separators. True when there is at least one.
  template <std::size_t kCount>
  bool groups_of_three(const std::array<std::string_view, kCount>& separators) {
    bool found = false;
    for (bool more = true; more;) {
      more = false;
      for (const std::string_view separator : separators) {
        if (follows(separator) && digits_at(at_ + separator.size()) == 3) {
          at_ += separator.size();
          take_digits();
          found = more = true;
          break;
        }
      }
    }
    return found;
  }

  bool commas(bool is_bracketed, const LexerChoices& choices, LexerChoices& met) {
    if (follows("{,}") || follows(",\\!")) {
      if (can_lead_groups() && groups_of_three(std::array<std::string_view, 4>{"{,}", ",\\! ", ",\\!", ","})) {
        return true;
      }
      if (follows("{,}") && digits_at(at_ + 3) > 0) {
        at_ += 3;
        take_decimals();
        return true;
      }
      return false;
    }
    if (peek() != ',' || !is_digit(peek(1))) {
      return false;
    }
    std::size_t end = at_;
    std::size_t groups = 0;
    bool all_of_three = can_lead_groups();
    bool has_zeros = false;  // 1,000: no member of a list is written 000
    while (end < text_.size() && text_[end] == ',' && digits_at(end + 1) > 0) {
      const std::size_t count = digits_at(end + 1);
      all_of_three = all_of_three && count == 3;
      has_zeros = has_zeros || text_[end + 1] == '0';
      end += 1 + count;
      ++groups;
    }
    if (all_of_three && has_zeros) {
      groups_of_three(std::array<std::string_view, 1>{","});
      return true;
    }
    if (all_of_three) {
      met.bracketed_thousands = met.bracketed_thousands || is_bracketed;
      met.thousands_are_lists = met.thousands_are_lists || !is_bracketed;
      if (is_bracketed ? choices.bracketed_thousands : !choices.thousands_are_lists) {
        groups_of_three(std::array<std::string_view, 1>{","});
        return true;
      }
    } else if (groups == 1 && !is_bracketed && !(end < text_.size() && text_[end] == '.')) {
      met.decimal_comma = true;
      if (choices.decimal_comma) {
        ++at_;
        take_decimals();
        return true;
      }
    }
    number_.list_end = end;
    return true;
  }

  void spaces() {
    constexpr std::array<std::string_view, 5> kSpaces{"\\,", "\\ ", "~", " ", "\\;"};
    const std::size_t start = at_;
    const std::size_t size = digits_.size();
    if (!can_lead_groups() || !groups_of_three(kSpaces)) {
      return;
    }
    if (peek() == '/') {  // 2 167/200 is a mixed number
      at_ = start;
      digits_.resize(size);
    } else if (peek() == ',' && is_digit(peek(1))) {
      ++at_;
      take_decimals();
    }
  }

  void point(bool is_bracketed, const LexerChoices& choices, LexerChoices& met) {
    if (peek() != '.' || peek(1) == '.') {
      return;
    }
    if (is_european(is_bracketed, choices, met)) {
      return;
    }
    ++at_;
    take_decimals();
    if (!recurring_group()) {
      recurring_tail();
    }
  }

  /// 1.234.567 and 1.234,5.
  bool is_european(bool is_bracketed, const LexerChoices& choices, LexerChoices& met) {
    if (!can_lead_groups() || digits_at(at_ + 1) != 3) {
      return false;
    }
    std::size_t end = at_;
    std::size_t groups = 0;
    while (end < text_.size() && text_[end] == '.' && digits_at(end + 1) == 3) {
      end += 4;
      ++groups;
    }
    const bool has_comma = !is_bracketed && end < text_.size() && text_[end] == ',' && digits_at(end + 1) > 0;
    if (has_comma && digits_at(end + 1) == 3) {
      met.decimal_comma = true;
    }
    if (groups < 2 && !(has_comma && (digits_at(end + 1) != 3 || choices.decimal_comma))) {
      return false;
    }
    groups_of_three(std::array<std::string_view, 1>{"."});
    if (has_comma) {
      ++at_;
      take_decimals();
    }
    return true;
  }

  /// \overline{3} or (3) behind the point.
  bool recurring_group() {
    char close = '}';
    std::size_t start = at_;
    if (peek() == '(') {
      close = ')';
      start += 1;
    } else {
      bool is_accent = false;
      for (const std::string_view accent : {"\\overline", "\\bar", "\\dot"}) {
        if (follows(accent)) {
          start += accent.size();
          is_accent = true;
          break;
        }
      }
      while (is_accent && start < text_.size() && text_[start] == ' ') {
        ++start;
      }
      if (!is_accent || start >= text_.size() || text_[start] != '{') {
        return false;
      }
      ++start;
    }
    const std::size_t count = digits_at(start);
    if (count == 0 || start + count >= text_.size() || text_[start + count] != close) {
      return false;
    }
    at_ = start;
    take_decimals();
    number_.repeating = static_cast<std::uint16_t>(count);
    ++at_;
    return true;
  }

  /// 0.333… and 0.1666…: the shortest run of digits that the decimals end with several times.
  void recurring_tail() {
    std::size_t dots = 0;
    for (const std::string_view spelling : {"...", "\\ldots", "\\dots", "\\cdots", " \\ldots", " \\dots"}) {
      if (follows(spelling)) {
        dots = spelling.size();
        break;
      }
    }
    if (dots == 0 || number_.decimals < 2) {
      return;
    }
    at_ += dots;
    const std::string_view decimals = std::string_view(digits_).substr(digits_.size() - number_.decimals);
    for (std::size_t period = 1; period <= std::min<std::size_t>(decimals.size() / 2, 64); ++period) {
      const std::string_view last = decimals.substr(decimals.size() - period);
      if (decimals.substr(decimals.size() - 2 * period, period) == last) {
        number_.repeating = static_cast<std::uint16_t>(period);
        return;
      }
    }
  }

  void exponent() {
    if ((peek() != 'e' && peek() != 'E') || number_.repeating > 0) {
      return;
    }
    const bool is_signed = peek(1) == '-' || peek(1) == '+';
    const std::size_t start = at_ + (is_signed ? 2 : 1);
    const std::size_t count = digits_at(start);
    if (count == 0 || count > 6 || (start + count < text_.size() && is_letter(text_[start + count]))) {
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      number_.exponent = number_.exponent * 10 + (text_[start + i] - '0');
    }
    number_.exponent = peek(1) == '-' ? -number_.exponent : number_.exponent;
    number_.has_exponent = true;
    at_ = start + count;
  }

  std::string_view text_;
  std::size_t at_;
  std::string& digits_;
  std::size_t first_;
  SpeltNumber number_;
};

}  // namespace

SpeltNumber read_number(std::string_view text, std::size_t at, bool is_bracketed, bool may_group,
                        const LexerChoices& choices, LexerChoices& met, std::string& digits) {
  return NumberReader(text, at, digits).run(is_bracketed, may_group, choices, met);
}

}  // namespace hone::rewards::math
