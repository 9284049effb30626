#pragma once

#include <string>
#include <string_view>

namespace hone::rewards::math {

/// Is a short run of letters a word of English, and not a product of symbols? Of at most three letters.
[[nodiscard]] bool is_short_word(std::string_view letters);
/// How a function's name parts a run of letters: "xsinx" is x, sin, x. An empty name: it does not.
struct FunctionInRun {
  std::string_view before;
  std::string_view name;
  std::string_view after;
};
[[nodiscard]] FunctionInRun function_in_run(std::string_view letters);

}  // namespace hone::rewards::math
