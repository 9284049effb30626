#include "rewards/answer_text.h"

#include <algorithm>

namespace hone::rewards {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

std::size_t rfind_ignoring_case(std::string_view text, std::string_view what) {
  const auto found =
      std::find_end(text.begin(), text.end(), what.begin(), what.end(), [](char a, char b) { return lower(a) == b; });
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

std::string_view strip_marks(std::string_view text) {
  constexpr std::string_view kMarks = "*_ \t\r";
  const std::size_t first = text.find_first_not_of(kMarks);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kMarks) - first + 1);
}

std::string_view first_sentence(std::string_view text) {
  text = first_line(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ')) {
      return text.substr(0, i);
    }
    for (const std::string_view clause : {", which", ", because", ", since", ", so", ", as ", " because", " since"}) {
      if (text.substr(i).starts_with(clause)) {
        return text.substr(0, i);
      }
    }
  }
  return text;
}

}  // namespace hone::rewards
