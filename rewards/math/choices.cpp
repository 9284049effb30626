#include "rewards/math/choices.h"

#include "rewards/math/characters.h"
#include "rewards/math/reading.h"

namespace hone::rewards::math {
namespace {

/// Skips what typesets the letter: \textbf{, **, braces, spaces.
std::size_t skip_marks(std::string_view text, std::size_t at) {
  for (;;) {
    const std::string_view rest = text.substr(at);
    std::size_t size = 0;
    for (const std::string_view mark : {"\\boxed", "\\textbf", "\\text", "\\mathrm", "\\mathbf", "**", "{", " "}) {
      if (rest.starts_with(mark)) {
        size = mark.size();
        break;
      }
    }
    if (size == 0) {
      return at;
    }
    at += size;
  }
}

/// Does it go on with another answer, as in (C) or (D)?
bool goes_on(std::string_view content) {
  content = content.substr(skip_marks(content, 0));
  for (const std::string_view word : {"or ", "and ", "or}", "and}", "or\\", "and\\", ",", ";", "/", "&"}) {
    if (content.starts_with(word)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Choice choice_of(std::string_view text) {
  text = unwrapped(text);
  std::size_t at = skip_marks(text, 0);
  const bool is_open = at < text.size() && text[at] == '(';
  at = is_open ? skip_marks(text, at + 1) : at;
  const char letter = at < text.size() ? text[at] : '\0';
  const bool is_upper_choice = letter >= 'A' && letter <= 'J';
  const bool is_lower_choice = letter >= 'a' && letter <= 'e';
  if (!is_upper_choice && !is_lower_choice) {
    return {};
  }
  ++at;
  Choice choice{static_cast<char>(is_lower_choice ? letter - 'a' + 'A' : letter), {}, is_lower_choice};
  while (at < text.size() && (text[at] == '}' || text[at] == '*')) {
    ++at;
  }
  if (at == text.size()) {
    return is_open ? Choice{} : choice;
  }
  const char sign = text[at];
  const bool closes = is_open ? sign == ')' : sign == ')' || sign == '.' || sign == ':';
  ++at;
  while (at < text.size() && (text[at] == '}' || text[at] == '*')) {
    ++at;
  }
  const bool ends = at == text.size() || is_space(text[at]) || text[at] == '\\' || text[at] == '$';
  if (!closes || !ends) {
    return {};
  }
  choice.content = unwrapped(text.substr(at));
  if (goes_on(choice.content)) {
    return {};
  }
  return choice.is_lower && !choice.content.empty() && !is_open ? Choice{} : choice;
}

}  // namespace hone::rewards::math
