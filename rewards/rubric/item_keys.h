#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rewards/rubric/kinds.h"

namespace hone::rewards::rubric {

/// The keys that every item may have.
[[nodiscard]] const std::vector<std::string>& common_item_keys();
/// The keys that a check reads besides them.
[[nodiscard]] const std::vector<std::string>& item_keys(Check check);
/// Those without which it cannot be.
[[nodiscard]] const std::vector<std::string>& needed_item_keys(Check check);
/// True of a check that holds of an answer which says nothing. It earns only beside reasoning.
[[nodiscard]] bool holds_of_nothing(Check check);

}  // namespace hone::rewards::rubric
