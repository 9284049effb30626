#pragma once

#include <nlohmann/json.hpp>

#include "datasets/statute_case.h"

namespace hone::datasets {

/// A case as a hone.rubric/1 object. Items: "verdict", "elements" (the share of right findings), "shape", "consistent",
/// and pitfalls.
[[nodiscard]] nlohmann::json statute_rubric(const StatuteCase& statute);

}  // namespace hone::datasets
