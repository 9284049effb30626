#pragma once

#include <string>
#include <string_view>

#include "rl/checks/item.h"

namespace hone::rl {

/// Text that others wrote, a line of it behind a bar each; at most twenty lines.
void say_quoted(CheckItem& item, std::string_view text);

/// "a, b or c".
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

}  // namespace hone::rl
