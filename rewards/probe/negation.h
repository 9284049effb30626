#pragma once

#include <string>
#include <string_view>

#include "rewards/probe/material.h"

namespace hone::rewards::probe {

/// The text with each finding turned into its opposite: "is met" into "is not met", "absent" into "present", a rubric's
/// wording of met into its wording of not met, "=" into "≠", and back. One turn a clause at most, so that nothing is
/// negated twice. Unchanged where there is no finding.
[[nodiscard]] std::string negated(std::string_view text, const Material& material);

}  // namespace hone::rewards::probe
