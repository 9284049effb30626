#include "policies/tokenizers/oniguruma.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "core/in_quotes.h"

namespace hone::policies {
namespace {

// What stands inside a set. PCRE2's own \s holds U+180E besides, and its \w neither marks nor framed letters.
constexpr std::string_view kSpace =
    R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kNoSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
constexpr std::string_view kWord =
    R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189})";
constexpr std::string_view kHexDigit = "0-9A-Fa-f";

constexpr std::array<std::string_view, 38> kCategories = {
    "C",  "Cc", "Cf", "Cn", "Co", "Cs", "L",  "Ll", "Lm", "Lo", "Lt", "Lu", "M",  "Mc", "Me", "Mn", "N",  "Nd", "Nl",
    "No", "P",  "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs", "Any"};

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("has " + what + " in its regular expression, which is not supported");
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Translation {
 public:
  explicit Translation(std::string_view pattern) : rest_(pattern) {}

  std::string run() {
    // (?i) reaches to the end of its group; only at the front do the two agree on what that is.
    if (starts("(?i)")) pass(4);
    while (!rest_.empty()) outside_set();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool starts(std::string_view text) const { return rest_.substr(0, text.size()) == text; }

  void pass(std::size_t count) {
    out_ += rest_.substr(0, count);
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  void outside_set() {
    const char c = rest_.front();
    if (c == '\\') return escape(false);
    if (c == '[') return set();
    if (c == '(') return group();
    if (c == '{') return interval();
    pass(1);
  }

  void group() {
    for (const std::string_view opening : {"(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
      if (starts(opening)) return pass(opening.size());
    }
    if (starts("(?") || starts("(*")) refuse("the group " + core::in_quotes(rest_.substr(0, 4)));
    pass(1);
  }

  /// {n}, {n,}, {n,m} and Ruby's {,m}. After one, + repeats in Ruby and is possessive in PCRE2, and {n}? is optional.
  void interval() {
    std::size_t length = 1;
    while (length < rest_.size() && (is_digit(rest_[length]) || rest_[length] == ',')) ++length;
    const auto inside = rest_.substr(1, length - 1);
    const bool is_interval = length < rest_.size() && rest_[length] == '}' && inside.size() > 0 && inside != "," &&
                             std::count(inside.begin(), inside.end(), ',') <= 1;
    if (!is_interval) {
      out_ += "\\";
      return pass(1);
    }
    out_ += inside.front() == ',' ? "{0" + std::string(inside) + "}" : "{" + std::string(inside) + "}";
    const bool is_exact = inside.find(',') == std::string_view::npos;
    rest_.remove_prefix(length + 1);
    if (starts("+") || (is_exact && starts("?")))
      refuse("an interval followed by " + core::in_quotes(rest_.substr(0, 1)));
  }

  void set() {
    pass(1);
    if (starts("^")) pass(1);
    if (starts("]")) refuse("a set that begins with ]");
    while (!starts("]")) {
      if (rest_.empty()) refuse("a set without its ]");
      if (starts("[") || starts("&&")) refuse("a set inside a set");
      if (starts("\\")) {
        escape(true);
        // After a set's name, Oniguruma reads a hyphen as itself; after the ranges written for it, PCRE2 would not.
        if (starts("-") && ends_with_class_) {
          out_ += "\\";
          pass(1);
        }
        continue;
      }
      pass(1);
    }
    pass(1);
  }

  void put_class(std::string_view members, bool in_set) {
    ends_with_class_ = true;
    const bool is_after_hyphen = in_set && out_.size() > 1 && out_.back() == '-';
    if (is_after_hyphen && std::string_view("[^\\").find(out_[out_.size() - 2]) == std::string_view::npos) {
      refuse("a range to a set");
    }
    out_ += in_set ? std::string(members) : "[" + std::string(members) + "]";
  }

  void put_code(std::string_view hex) {
    if (hex.empty() || hex.size() > 6) refuse("the code \\x{ of " + core::in_quotes(hex.substr(0, 16)));
    out_ += "\\x{" + std::string(hex) + "}";
  }

  void escape(bool in_set) {
    if (rest_.size() < 2) refuse("a \\ at its end");
    ends_with_class_ = false;
    const char c = rest_[1];
    const std::string_view simple = "rntfae";
    if (simple.find(c) != std::string_view::npos) return pass(2);
    if (c == 'p' || c == 'P') return property(in_set);
    if (c == 'x') return hex_code();
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
    if (!is_letter) return pass(static_cast<unsigned char>(c) < 0x80 ? 2 : 1);
    rest_.remove_prefix(2);
    switch (c) {
      case 's':
        return put_class(kSpace, in_set);
      case 'S':
        return put_class(kNoSpace, in_set);
      case 'd':
        return put_class("\\p{Nd}", in_set);
      case 'D':
        return put_class("\\P{Nd}", in_set);
      case 'w':
        return put_class(kWord, in_set);
      case 'h':
        return put_class(kHexDigit, in_set);
      case 'v':
        out_ += "\\x{b}";
        return;
      case 'u':
        return unicode_code();
      case 'A':
      case 'z':
      case 'Z':
        if (!in_set) {
          out_ += '\\';
          out_ += c;
          return;
        }
        break;
      default:
        break;
    }
    if (c == 'W' && !in_set) return put_class("^" + std::string(kWord), false);
    refuse("the escape " + core::in_quotes(std::string("\\") + c));
  }

  void unicode_code() {
    std::size_t length = 0;
    while (length < 4 && length < rest_.size() && is_hex(rest_[length])) ++length;
    if (length != 4) refuse("\\u without four digits");
    put_code(rest_.substr(0, 4));
    rest_.remove_prefix(4);
  }

  void hex_code() {
    rest_.remove_prefix(2);
    if (starts("{")) {
      const auto end = rest_.find('}');
      if (end == std::string_view::npos) refuse("\\x{ without its }");
      const auto hex = rest_.substr(1, end - 1);
      if (!std::all_of(hex.begin(), hex.end(), is_hex)) refuse("a \\x{ that is no number");
      put_code(hex);
      rest_.remove_prefix(end + 1);
      return;
    }
    std::size_t length = 0;
    while (length < 2 && length < rest_.size() && is_hex(rest_[length])) ++length;
    // Above 0x7F it is a byte in Oniguruma, not a character.
    if (length == 0 || (length == 2 && rest_[0] >= '8')) refuse("a byte written with \\x");
    put_code(rest_.substr(0, length));
    rest_.remove_prefix(length);
  }

  /// \p{Lu}, \P{L}, \p{^N}, \pL, \p{Han}. A bare script means the script, not PCRE2's "used with that script".
  void property(bool in_set) {
    bool is_negated = rest_[1] == 'P';
    rest_.remove_prefix(2);
    std::string_view name = rest_.substr(0, 1);
    std::size_t length = 1;
    if (starts("{")) {
      const auto end = rest_.find('}');
      if (end == std::string_view::npos) refuse("\\p{ without its }");
      name = rest_.substr(1, end - 1);
      length = end + 1;
    }
    if (name.substr(0, 1) == "^") {
      is_negated = !is_negated;
      name.remove_prefix(1);
    }
    rest_.remove_prefix(std::min(length, rest_.size()));
    const bool is_plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
    if (!is_plain) refuse("the property " + core::in_quotes(name.substr(0, 40)));
    const bool is_category = std::find(kCategories.begin(), kCategories.end(), name) != kCategories.end();
    out_ += is_negated ? "\\P{" : "\\p{";
    out_ += (is_category ? "" : "sc:") + std::string(name) + "}";
    ends_with_class_ = in_set;
  }

  std::string_view rest_;
  std::string out_;
  bool ends_with_class_ = false;
};

}  // namespace

std::string pcre_pattern(std::string_view oniguruma) {
  return Translation(oniguruma).run();
}

std::string literal_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
    char code[8];
    std::snprintf(code, sizeof code, "\\x{%x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    pattern += is_ascii ? std::string(code) : std::string(1, c);
  }
  return pattern;
}

}  // namespace hone::policies
