#pragma once

#include <string_view>

namespace hone::rewards::math {

/// "(B) 12", "B) 12", "B. 12": the letter of multiple choice and what follows it.
struct Choice {
  char letter = 0;  // 'A' to 'J', 0 where there is none
  std::string_view content;
  bool is_lower = false;  // "a": a letter that may be a symbol as well
};

[[nodiscard]] Choice choice_of(std::string_view text);

}  // namespace hone::rewards::math
