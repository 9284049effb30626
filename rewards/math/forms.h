#pragma once

#include <string_view>

#include "rewards/math/compare.h"
#include "rewards/math/structure.h"

namespace hone::rewards::math {

/// Of an answer that has the gold's value: why its form is not what was asked for, or "". So that the question's own
/// expression, handed back, earns nothing.
[[nodiscard]] std::string_view form_refusal(Part gold, Part answer, std::string_view answer_text,
                                            const CompareOptions& options);

/// What a person calls a number: 12, -3.5, 3/4, \frac{3}{4}, 2\frac{1}{3}, 50%, 1.5·10^3; not 3+4, 2·6, 2^3, --7.
[[nodiscard]] bool is_number_literal(Part part);

}  // namespace hone::rewards::math
