#include "rewards/unmarked_answer.h"

#include <algorithm>
#include <utility>

#include "rewards/extraction.h"
#include "rewards/math/reading.h"

namespace hone::rewards {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What stands between the last two `mark`s; empty when there are none.
std::string_view last_between(std::string_view text, std::string_view open, std::string_view close, std::size_t& end) {
  const std::size_t last = text.rfind(close);
  if (last == std::string_view::npos || last < open.size()) {
    return {};
  }
  const std::size_t first = text.rfind(open, last - open.size());
  if (first == std::string_view::npos) {
    return {};
  }
  end = last + close.size();
  return math::trim(text.substr(first + open.size(), last - first - open.size()));
}

/// A formula by its looks: no line of prose, something in it that counts or calculates.
bool looks_like_formula(std::string_view text) {
  constexpr std::size_t kMost = 400;
  if (text.size() > kMost || text.ends_with(':')) {
    return false;
  }
  int letters = 0;
  bool counts = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_command = i > 0 && text[i - 1] == '\\';
    letters = is_letter(text[i]) ? (is_command ? -20 : letters + 1) : 0;
    counts = counts || is_digit(text[i]) || text[i] == '\\' || text.size() == 1;
    if (letters > 3 || text[i] == '\n') {
      return false;
    }
  }
  return counts;
}

/// Words between spaces, but for those that join values.
bool holds_words(std::string_view text) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.size() > 1 && word != "or" && word != "and" && std::all_of(word.begin(), word.end(), is_letter)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view last_number(std::string_view text) {
  const std::size_t last = text.find_last_of("0123456789");
  if (last == std::string_view::npos) {
    return {};
  }
  std::size_t end = last + 1;
  if (end < text.size() && text[end] == '%') {
    ++end;
  }
  std::size_t start = last;
  while (start > 0) {
    const char before = text[start - 1];
    const bool joins = before == ',' || before == '.' || before == '/';
    const bool leading_point = before == '.' && is_digit(text[start]);
    if (!is_digit(before) && !(joins && ((start > 1 && is_digit(text[start - 2])) || leading_point))) {
      break;
    }
    --start;
  }
  const bool is_sign =
      start > 0 && text[start - 1] == '-' &&
      (start == 1 || !(is_digit(text[start - 2]) || is_letter(text[start - 2]) || text[start - 2] == ')'));
  return text.substr(start - (is_sign ? 1 : 0), end - start + (is_sign ? 1 : 0));
}

std::string_view last_formula(std::string_view text) {
  std::string_view best;
  std::size_t best_end = 0;
  constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
      {"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}};
  for (const auto& [open, close] : kMarks) {
    std::size_t end = 0;
    const std::string_view inside = last_between(text, open, close, end);
    if (!inside.empty() && end > best_end && inside.find('$') == std::string_view::npos) {
      best = inside;
      best_end = end;
    }
  }
  const std::size_t digit = text.find_last_of("0123456789");
  return best.empty() || (digit != std::string_view::npos && digit >= best_end) ? std::string_view() : best;
}

std::string_view last_bold_formula(std::string_view text) {
  std::size_t end = 0;
  const std::string_view bold = last_between(text, "**", "**", end);
  return looks_like_formula(bold) ? bold : std::string_view();
}

std::string_view whole_answer(std::string_view text) {
  std::string_view answer;
  if (!after_reasoning(text, answer)) {
    return {};
  }
  answer = math::trim(answer);
  constexpr std::size_t kMostWithUnit = 60;
  const bool is_line = answer.find('\n') == std::string_view::npos && !answer.ends_with(':');
  const bool begins_with_number = !answer.empty() && (is_digit(answer.front()) || answer.front() == '-');
  const bool is_short = is_line && answer.size() <= kMostWithUnit && begins_with_number;
  return is_short || (looks_like_formula(answer) && !holds_words(answer)) ? answer : std::string_view();
}

}  // namespace hone::rewards
