#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {

/// What stands in a tuple, a set or an interval: different from one another.
using Entries = std::vector<Fraction>;

[[nodiscard]] Entries entries_of(std::int64_t count, RandomStream& random);
/// Never as a decimal with several digits, which a gold would be rounded by, nor as a sum.
[[nodiscard]] std::string entry_text(const Fraction& value, RandomStream& random);
[[nodiscard]] std::string joined(const Entries& entries, std::string_view between, RandomStream& random);

}  // namespace exact_math
