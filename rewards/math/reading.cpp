#include "rewards/math/reading.h"

#include <algorithm>
#include <array>
#include <optional>

#include "rewards/math/limits.h"

namespace hone::rewards::math {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 6> kDelimiters{
    {{"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}, {"**", "**"}, {"`", "`"}}};
constexpr std::array<std::string_view, 10> kWrappers{{"\\boxed", "\\fbox", "\\text", "\\textbf", "\\textrm", "\\mathrm",
                                                      "\\mathbf", "\\mbox", "\\displaystyle", "\\textit"}};
constexpr std::array<std::string_view, 4> kUnitCommands{{"\\text", "\\textrm", "\\mathrm", "\\mbox"}};
constexpr std::array<std::string_view, 3> kDegrees{{"^\\circ", "^{\\circ}", "\xC2\xB0"}};
// Words that change the number before them; "5 thousand" is not 5 of something.
constexpr std::array<std::string_view, 16> kNotUnits{{"hundred", "thousand", "million", "billion", "trillion", "dozen",
                                                      "percent", "half", "halves", "thirds", "quarters", "pi", "e", "i",
                                                      "or", "and"}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Where the brace that opens at `open` closes; \{ and \} do not count.
std::optional<std::size_t> closing_brace(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i;
    }
  }
  return std::nullopt;
}

/// The inside of command{…} when that is the whole text.
std::optional<std::string_view> unwrap_command(std::string_view text, std::string_view command) {
  if (!text.starts_with(command)) {
    return std::nullopt;
  }
  const std::string_view rest = trim(text.substr(command.size()));
  if (!rest.starts_with('{') || closing_brace(rest, 0) != rest.size() - 1) {
    return std::nullopt;
  }
  return rest.substr(1, rest.size() - 2);
}

std::optional<std::string_view> unwrap(std::string_view text) {
  for (const auto& [open, close] : kDelimiters) {
    if (text.size() >= open.size() + close.size() && text.starts_with(open) && text.ends_with(close)) {
      const std::string_view inside = text.substr(open.size(), text.size() - open.size() - close.size());
      if (inside.find(close) == std::string_view::npos) {
        return inside;
      }
    }
  }
  for (const std::string_view command : kWrappers) {
    if (const auto inside = unwrap_command(text, command)) {
      return inside;
    }
  }
  if (text.starts_with("\\$")) {
    return text.substr(2);
  }
  // A dollar sign with no partner is a currency.
  if (text.starts_with('$') && text.find('$', 1) == std::string_view::npos) {
    return text.substr(1);
  }
  return std::nullopt;
}

std::string_view strip_typesetting(std::string_view text) {
  constexpr int kMostLayers = 16;
  for (int layer = 0; layer < kMostLayers; ++layer) {
    text = trim(text);
    while (text.ends_with('.') || text.ends_with(',') || text.ends_with(';')) {
      text = trim(text.substr(0, text.size() - 1));
    }
    const auto inside = unwrap(text);
    if (!inside) {
      break;
    }
    text = *inside;
  }
  return text;
}

/// "x", "x_1", "\theta", "the answer": the left side of an equation that only names what is on the right.
bool is_name(std::string_view text) {
  text = trim(text);
  if (text.empty() || !(is_letter(text[0]) || text[0] == '\\')) {
    return false;
  }
  bool after_underscore = false;
  for (const char c : text) {
    if (is_digit(c) && !after_underscore) {
      return false;
    }
    if (!is_digit(c) && !is_letter(c) && !is_space(c) &&
        std::string_view("\\_{}()").find(c) == std::string_view::npos) {
      return false;
    }
    after_underscore = c == '_' || (after_underscore && (is_digit(c) || c == '{'));
  }
  return true;
}

std::string_view right_side(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || text.find('=', equals + 1) != std::string_view::npos ||
      !is_name(text.substr(0, equals))) {
    return text;
  }
  return strip_typesetting(text.substr(equals + 1));
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

/// Takes a unit off the end of the text: \text{ cm}, ^\circ.
std::string take_unit(std::string_view& text) {
  for (const std::string_view degrees : kDegrees) {
    if (text.ends_with(degrees)) {
      text = trim(text.substr(0, text.size() - degrees.size()));
      return "degrees";
    }
  }
  const std::size_t start = text.rfind('\\');
  if (start == std::string_view::npos || start == 0) {
    return {};
  }
  for (const std::string_view command : kUnitCommands) {
    const auto inside = unwrap_command(text.substr(start), command);
    const std::string word = inside ? lower_case(trim(*inside)) : std::string();
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_letter) &&
        std::find(kNotUnits.begin(), kNotUnits.end(), word) == kNotUnits.end()) {
      text = trim(text.substr(0, start));
      return word;
    }
  }
  return {};
}

/// Words in lower case with single spaces, or nothing when the text has signs inside that words have not.
std::optional<std::string> read_label(std::string_view text) {
  constexpr std::string_view kEnds = ".,;:!?'\"`*_()[] \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(kEnds);
  if (first == std::string_view::npos) {
    return std::nullopt;
  }
  text = text.substr(first, text.find_last_not_of(kEnds) - first + 1);
  std::string label;
  bool has_letter = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_word = is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
    const bool joins = i > 0 && is_letter(text[i - 1]) && i + 1 < text.size() && is_letter(text[i + 1]);
    if (!is_word && !is_space(c) && !((c == '-' || c == '\'') && joins)) {
      return std::nullopt;
    }
    has_letter = has_letter || is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
    if (!is_space(c)) {
      label += lower(c);
    } else if (label.back() != ' ') {
      label += ' ';
    }
  }
  return has_letter ? std::optional(label) : std::nullopt;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::array<std::string_view, 6> kSpacing{{"\\,", "\\;", "\\:", "\\!", "\\ ", "\\quad"}};
  const auto shorter = [&](std::string_view from) {
    if (!from.empty() && (is_space(from.front()) || from.front() == '~')) {
      return from.substr(1);
    }
    if (!from.empty() && (is_space(from.back()) || from.back() == '~') && !from.ends_with("\\ ")) {
      return from.substr(0, from.size() - 1);
    }
    for (const std::string_view space : kSpacing) {
      if (from.starts_with(space)) {
        return from.substr(space.size());
      }
      if (from.ends_with(space)) {
        return from.substr(0, from.size() - space.size());
      }
    }
    return from;
  };
  for (std::string_view next = shorter(text); next.size() != text.size(); next = shorter(text)) {
    text = next;
  }
  return text;
}

Reading read(std::string_view text) {
  Reading reading;
  if (text.size() > kMaxInputBytes) {
    reading.kind = ReadingKind::kTooLarge;
    return reading;
  }
  text = right_side(strip_typesetting(text));
  if (text.empty()) {
    return reading;
  }
  std::string_view number = text;
  const std::string unit = take_unit(number);
  switch (parse(number, reading.tree)) {
    case ParseResult::kParsed:
      reading.kind = ReadingKind::kNumber;
      reading.unit = unit;
      return reading;
    case ParseResult::kTooLarge:
      reading.kind = ReadingKind::kTooLarge;
      return reading;
    case ParseResult::kNotAFormula:
      break;
  }
  if (auto label = read_label(text)) {
    reading.kind = ReadingKind::kLabel;
    reading.text = std::move(*label);
    return reading;
  }
  reading.kind = ReadingKind::kSymbolic;
  std::copy_if(text.begin(), text.end(), std::back_inserter(reading.text), [](char c) { return !is_space(c); });
  return reading;
}

}  // namespace hone::rewards::math
