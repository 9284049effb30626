#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {

using Exponents = std::pair<int, int>;                 // of x and y
using Polynomial = std::map<Exponents, std::int64_t>;  // without zero coefficients

void add_term(Polynomial& sum, Exponents at, std::int64_t factor);
[[nodiscard]] Polynomial times(const Polynomial& left, const Polynomial& right);
[[nodiscard]] Polynomial scaled(Polynomial value, std::int64_t factor);
[[nodiscard]] std::vector<std::string> terms_of(const Polynomial& value, RandomStream& random);
/// The sum of its terms, in any order.
[[nodiscard]] std::string expanded(const Polynomial& value, RandomStream& random);
/// Another sign, coefficient, exponent or variable, or a term less; may by chance be the value itself.
[[nodiscard]] Polynomial near_miss(const Polynomial& value, RandomStream& random);

}  // namespace exact_math
