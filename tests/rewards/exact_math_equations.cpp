// Families of equations and inequalities.
#include <numeric>

#include "tests/rewards/exact_math_polynomial.h"

namespace exact_math {
namespace {

/// polynomial = 0, up to a factor: kept with its first coefficient positive and no common divisor.
Polynomial primitive(Polynomial value) {
  std::int64_t divisor = 0;
  for (const auto& [at, factor] : value) {
    divisor = std::gcd(divisor, factor);
  }
  if (!value.empty() && value.rbegin()->second < 0) {
    divisor = -divisor;
  }
  for (auto& [at, factor] : value) {
    factor /= divisor;
  }
  return value;
}

std::string spell_equation(const Polynomial& value, RandomStream& random) {
  const Polynomial all = scaled(value, nonzero(random, -4, 4));
  Polynomial left;
  Polynomial right;
  for (const auto& [at, factor] : all) {
    if (random.chance(0.6)) {
      left[at] = factor;
    } else {
      right[at] = -factor;
    }
  }
  return expanded(left, random) + (random.chance(0.5) ? " = " : "=") + expanded(right, random);
}

Pair equations(Wanted wanted, RandomStream& random) {
  // Two names at least, or circles: an equation in one name may be an assignment in disguise.
  Polynomial value = {
      {{1, 0}, nonzero(random, -9, 9)}, {{0, 1}, nonzero(random, -9, 9)}, {{0, 0}, nonzero(random, -20, 20)}};
  if (random.chance(0.4)) {
    const std::int64_t square = random.integer(1, 4);
    value[{2, 0}] = square;
    value[{0, 2}] = random.chance(0.5) ? square : -square;
  }
  return pair_of(
      wanted, primitive(value), [&](const Polynomial& v) { return spell_equation(v, random); },
      [&](const Polynomial& v) {
        for (;;) {
          const Polynomial other = primitive(near_miss(v, random));
          bool has_x = false;
          bool has_y = false;
          for (const auto& [at, factor] : other) {
            has_x = has_x || at.first > 0;
            has_y = has_y || at.second > 0;
          }
          if (has_x && has_y) {
            return other;
          }
        }
      });
}

/// y = mx + b: also as its right side alone.
Pair lines(Wanted wanted, RandomStream& random) {
  using Slope = std::pair<Fraction, Fraction>;
  return pair_of(
      wanted, Slope{small_fraction(random), small_fraction(random)},
      [&](const Slope& v) {
        const std::string x =
            random.chance(0.3) && v.first.denominator > 1 && v.first.numerator > 0
                ? "\\frac{" + coefficient({v.first.numerator, 1}) + "x}{" + std::to_string(v.first.denominator) + "}"
                : coefficient(v.first) + "x";
        const std::string right = sum_of({v.first.numerator == 0 ? "0" : x, plain(v.second)}, random);
        return (random.chance(0.7) ? "y = " : "") + right;
      },
      [&](const Slope& v) {
        return random.chance(0.5) ? Slope{near_miss(v.first, random), v.second}
                                  : Slope{v.first, near_miss(v.second, random)};
      });
}

/// x < bound and its like.
struct HalfLine {
  Fraction bound;
  bool is_below = true;
  bool is_strict = true;
  friend bool operator==(const HalfLine&, const HalfLine&) = default;
};

std::string sign_of(bool is_below, bool is_strict, RandomStream& random) {
  if (is_strict) {
    return is_below ? "<" : ">";
  }
  if (random.chance(0.2)) {
    return is_below ? "≤" : "≥";
  }
  return is_below ? (random.chance(0.5) ? "\\le " : "\\leq ") : (random.chance(0.5) ? "\\ge " : "\\geq ");
}

std::string spell_half_line(const HalfLine& v, bool is_solved, RandomStream& random) {
  if (is_solved && random.chance(0.5)) {
    const std::string bound = plain(v.bound);
    const std::string front = random.chance(0.3) ? "x\\in" : "";
    return v.is_below ? front + "(-\\infty," + bound + (v.is_strict ? ")" : "]")
                      : front + (v.is_strict ? "(" : "[") + bound + ",\\infty)";
  }
  // p x + r < q with p = k * denominator, so that all stays whole
  const std::int64_t scale = is_solved ? 1 : nonzero(random, -4, 4);
  const std::int64_t shift = is_solved || random.chance(0.5) ? 0 : nonzero(random, -9, 9);
  std::string left = "x";
  std::string right = plain(v.bound);
  if (!is_solved) {
    left = coefficient({scale * v.bound.denominator, 1}) + "x";
    left = shift == 0 ? left : sum_of({left, std::to_string(shift)}, random);
    right = std::to_string(scale * v.bound.numerator + shift);
  }
  const bool is_below = scale < 0 ? !v.is_below : v.is_below;
  return random.chance(0.6) ? left + sign_of(is_below, v.is_strict, random) + right
                            : right + sign_of(!is_below, v.is_strict, random) + left;
}

Pair inequalities(Wanted wanted, RandomStream& random) {
  const bool is_solved = random.chance(0.5);
  return pair_of(
      wanted, HalfLine{small_fraction(random), random.chance(0.5), random.chance(0.5)},
      [&](const HalfLine& v) { return spell_half_line(v, is_solved, random); },
      [&](HalfLine v) {
        switch (random.integer(0, 2)) {
          case 0:
            v.is_below = !v.is_below;
            break;
          case 1:
            v.is_strict = !v.is_strict;
            break;
          default:
            v.bound = near_miss(v.bound, random);
            break;
        }
        return v;
      });
}

}  // namespace

std::vector<Family> equation_families() {
  return {{"equations", equations}, {"lines", lines}, {"inequalities", inequalities}};
}

}  // namespace exact_math
