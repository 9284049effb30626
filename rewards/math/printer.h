#pragma once

#include <cstdint>
#include <string>

#include "rewards/math/expression.h"

namespace hone::rewards::math {

/// The tree in plain notation, for people: every operation's operands in parentheses where they are operations. Cut off
/// after some hundred characters.
[[nodiscard]] std::string to_text(const Expression& expression, std::uint32_t root);
[[nodiscard]] std::string to_text(const Expression& expression);

}  // namespace hone::rewards::math
