#pragma once

#include <cstddef>
#include <string_view>

namespace hone::rewards {

/// Answers that nobody marked as such. All give a view into the text, empty where there is none.

/// The last number, with its sign, thousands separators, point, fraction bar and percent sign.
[[nodiscard]] std::string_view last_number(std::string_view text);
/// The last formula in dollars or \( \), unless a number of the prose comes after it.
[[nodiscard]] std::string_view last_formula(std::string_view text);
/// The last formula in bold.
[[nodiscard]] std::string_view last_bold_formula(std::string_view text);
/// A text that is nothing but an answer: a formula, or a number with what is counted.
[[nodiscard]] std::string_view whole_answer(std::string_view text);

}  // namespace hone::rewards
