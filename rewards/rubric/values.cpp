#include "rewards/rubric/values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "rewards/math/compare.h"

namespace hone::rewards::rubric {
namespace {

constexpr std::size_t kMostValues = 64;
constexpr std::size_t kMostDigits = 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Reads a text from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] char before() const { return at_ > 0 ? text_[at_ - 1] : '\0'; }
  void skip(std::size_t count = 1) { at_ += count; }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n') ++at_;
    if (text_.substr(std::min(at_, text_.size())).starts_with("\xC2\xA0")) at_ += 2;
  }
  bool take(std::string_view wanted) {
    const bool is_it = text_.substr(std::min(at_, text_.size())).starts_with(wanted);
    if (is_it) at_ += wanted.size();
    return is_it;
  }
  /// The letters here, in lower case, not taken.
  [[nodiscard]] std::string word() const {
    std::string word;
    for (std::size_t i = at_; i < text_.size() && is_letter(text_[i]) && word.size() < 12; ++i) word += lower(text_[i]);
    return word;
  }
  /// Digits with commas between thousands and a decimal part; empty where there are none or too many.
  std::string number() {
    std::string digits;
    bool has_point = false;
    while (is_digit(peek()) ||
           (!digits.empty() && is_digit(peek(1)) && !has_point && (peek() == '.' || is_thousands()))) {
      if (peek() == '.') has_point = true;
      if (peek() != ',') digits += peek();
      skip();
    }
    return digits.size() > kMostDigits ? std::string() : digits;
  }

 private:
  [[nodiscard]] bool is_thousands() const {
    return peek() == ',' && is_digit(peek(1)) && is_digit(peek(2)) && is_digit(peek(3)) && !is_digit(peek(4));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// "5.5" million, without a floating point.
std::string shifted(std::string number, std::size_t zeros) {
  const std::size_t point = number.find('.');
  std::string fraction = point == std::string::npos ? "" : number.substr(point + 1);
  std::string whole = number.substr(0, point);
  for (std::size_t i = 0; i < zeros; ++i) {
    whole += i < fraction.size() ? fraction[i] : '0';
  }
  fraction.erase(0, std::min(zeros, fraction.size()));
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  return fraction.empty() ? whole : whole + "." + fraction;
}

std::size_t zeros_of(const std::string& word) {
  if (word == "thousand" || word == "k") return 3;
  if (word == "million" || word == "m" || word == "mn" || word == "mio") return 6;
  if (word == "billion" || word == "bn" || word == "b") return 9;
  return 0;
}

std::string currency_sign(Scanner& scan) {
  if (scan.take("$")) return "$";
  if (scan.take("\xE2\x82\xAC")) return "€";
  if (scan.take("\xC2\xA3")) return "£";
  return "";
}

std::string currency_word(const std::string& word) {
  if (word == "dollars" || word == "dollar" || word == "usd") return "$";
  if (word == "euros" || word == "euro" || word == "eur") return "€";
  if (word == "pounds" || word == "pound" || word == "gbp") return "£";
  static constexpr std::array<std::string_view, 8> kCodes = {"chf",    "jpy",   "cad",   "aud",
                                                             "crowns", "crown", "marks", "francs"};
  return std::find(kCodes.begin(), kCodes.end(), word) != kCodes.end() ? word : "";
}

/// An amount at the scanner, which stands at a sign, a code or a digit. Nothing is taken where there is none.
std::optional<Value> read_amount(Scanner& scan) {
  Scanner trial = scan;
  Value value;
  value.currency = currency_sign(trial);
  if (value.currency.empty() && is_letter(trial.peek())) {
    const std::string word = trial.word();
    value.currency = currency_word(word);
    if (value.currency.empty()) return std::nullopt;
    trial.skip(word.size());
  }
  trial.skip_spaces();
  value.number = trial.number();
  if (value.number.empty()) return std::nullopt;
  Scanner behind = trial;
  behind.skip_spaces();
  const std::string scale = behind.word();
  if (const std::size_t zeros = zeros_of(scale); zeros > 0) {
    value.number = shifted(value.number, zeros);
    behind.skip(scale.size());
    trial = behind;
    behind.skip_spaces();
  }
  const std::string word = behind.word();
  if (value.currency.empty()) {
    value.currency = currency_word(word);
    if (value.currency.empty()) return std::nullopt;
    behind.skip(word.size());
    trial = behind;
  }
  value.number = shifted(value.number, 0);
  scan = trial;
  return value;
}

std::optional<int> month_of(const std::string& word) {
  static constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                               "may",       "june",     "july",     "august",
                                                               "september", "october",  "november", "december"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (word == kMonths[i] || (word.size() >= 3 && word == kMonths[i].substr(0, 3)) || (word == "sept" && i == 8))
      return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

std::optional<Value> date(int year, int month, int day) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  if (day > kDays[static_cast<std::size_t>(month - 1)] + (leap && month == 2 ? 1 : 0)) return std::nullopt;
  std::array<char, 40> text{};
  (void)std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", year, month, day);
  return Value{text.data(), ""};
}

/// Up to `most` digits; 0 where there are none.
int small_number(Scanner& scan, std::size_t most) {
  int value = 0;
  std::size_t digits = 0;
  while (is_digit(scan.peek()) && digits++ < most) {
    value = value * 10 + (scan.peek() - '0');
    scan.skip();
  }
  return is_digit(scan.peek()) ? 0 : value;
}

void skip_ordinal(Scanner& scan) {
  for (const char* ending : {"st", "nd", "rd", "th"}) {
    if (scan.take(ending)) return;
  }
}
void skip_separators(Scanner& scan) {
  scan.skip_spaces();
  if (scan.take(",") || scan.take("of ") || scan.take(".")) scan.skip_spaces();
}
std::optional<int> read_month(Scanner& scan) {
  const std::string word = scan.word();
  const auto month = month_of(word);
  if (month) scan.skip(word.size());
  return month;
}

std::optional<Value> read_written_date(Scanner& scan) {
  Scanner trial = scan;
  std::optional<int> month = read_month(trial);
  const bool month_first = month.has_value();
  if (month_first) skip_separators(trial);
  const int day = small_number(trial, 2);
  skip_ordinal(trial);
  skip_separators(trial);
  if (!month) {
    month = read_month(trial);
    skip_separators(trial);
  }
  const int year = small_number(trial, 4);
  const auto value = month && year >= 1000 ? date(year, *month, day) : std::nullopt;
  if (value) scan = trial;
  return value;
}

std::optional<Value> read_numeric_date(Scanner& scan, DateOrder order) {
  Scanner trial = scan;
  std::array<int, 3> parts{};
  char separator = '\0';
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = small_number(trial, 4);
    if (i == 2) break;
    if (std::string_view("-/.").find(trial.peek()) == std::string_view::npos || trial.done()) return std::nullopt;
    if (i == 1 && trial.peek() != separator) return std::nullopt;
    separator = trial.peek();
    trial.skip();
  }
  std::optional<Value> value;
  if (parts[0] >= 1000) {
    value = date(parts[0], parts[1], parts[2]);
  } else if (parts[2] >= 1000) {
    // A part above 12 is the day, whatever the order.
    const bool day_first = parts[0] > 12 || (order == DateOrder::kDayFirst && parts[1] <= 12);
    const bool month_first = parts[1] > 12 || (order == DateOrder::kMonthFirst && parts[0] <= 12);
    if (day_first != month_first)
      value = date(parts[2], day_first ? parts[1] : parts[0], day_first ? parts[0] : parts[1]);
  }
  if (value) scan = trial;
  return value;
}

/// Tries to read a value at each place where a word or a number begins.
template <class Read>
std::vector<FoundValue> find_all(std::string_view text, const Read& read) {
  std::vector<FoundValue> found;
  Scanner scan(text);
  while (!scan.done() && found.size() < kMostValues) {
    const bool is_inside =
        (is_digit(scan.before()) || is_letter(scan.before())) && (is_digit(scan.peek()) || is_letter(scan.peek()));
    const std::size_t begin = scan.at();
    if (const auto value = is_inside ? std::nullopt : read(scan)) {
      found.push_back({*value, begin, scan.at()});
    } else {
      scan.skip();
    }
  }
  return found;
}

std::optional<Value> read_number(Scanner& scan) {
  Scanner trial = scan;
  std::string number;
  if (trial.peek() == '-' && is_digit(trial.peek(1)) && !is_digit(trial.before()) && !is_letter(trial.before())) {
    number = "-";
    trial.skip();
  }
  if (!is_digit(trial.peek())) return std::nullopt;
  const std::string digits = trial.number();
  if (digits.empty() || is_letter(trial.peek())) return std::nullopt;  // 2d, 4th
  number += digits;
  if (trial.peek() == '/' && is_digit(trial.peek(1))) {
    trial.skip();
    number += "/" + trial.number();
  }
  if (trial.take("%")) number += "%";
  scan = trial;
  return Value{number, ""};
}

}  // namespace

std::vector<FoundValue> find_numbers(std::string_view text) {
  return find_all(text, [](Scanner& scan) { return read_number(scan); });
}

std::vector<FoundValue> find_money(std::string_view text) {
  return find_all(text, [](Scanner& scan) { return read_amount(scan); });
}

std::vector<FoundValue> find_dates(std::string_view text, DateOrder order) {
  return find_all(text, [order](Scanner& scan) -> std::optional<Value> {
    if (!is_digit(scan.peek()) && !is_letter(scan.peek())) return std::nullopt;
    if (auto value = read_written_date(scan)) return value;
    return read_numeric_date(scan, order);
  });
}

bool same_value(const Value& left, const Value& right) {
  if (left.currency != right.currency) return false;
  if (left.number == right.number) return true;
  if (left.number.find('-', 1) != std::string::npos) return false;  // dates
  math::CompareOptions options;
  options.tolerance = math::Tolerance::kNone;
  options.percent = math::PercentRule::kValue;
  return math::compare(left.number, right.number, options).truth == math::Truth::kEqual;
}

}  // namespace hone::rewards::rubric
