#pragma once

#include <string_view>

#include "rewards/math/expression.h"

namespace hone::rewards::math {

/// Takes ", k \in \mathbb{Z}" off the end of a text, which says of a letter that it stands for every whole number. The
/// letter, or 0 when the text says no such thing.
[[nodiscard]] char take_parameter(std::string_view& text);

/// k\pi and n\pi say the same where their letters are parameters: gives the second expression's the name that the first
/// one's has. A letter of 0: that text does not say which letter it is, and one that is usual is taken.
void rename_parameter(const Expression& first, char first_letter, Expression& second, char second_letter);

}  // namespace hone::rewards::math
