#include <array>
#include <cstdlib>
#include <numeric>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {
namespace {

std::string rational_multiple(const Fraction& factor, std::int64_t radicand, RandomStream& random) {
  const std::string root = root_text(std::to_string(radicand), random);
  const std::int64_t size = std::llabs(factor.numerator);
  const std::string sign = factor.numerator < 0 ? "-" : "";
  const std::string times = size == 1 ? "" : std::to_string(size) + (random.chance(0.2) ? " \\cdot " : "");
  switch (random.integer(0, 4)) {
    case 0:  // the factor under the root: sqrt(18) or sqrt(3/4)
      if (factor.denominator == 1) {
        return sign + "\\sqrt{" + std::to_string(size * size * radicand) + "}";
      }
      return sign + "\\sqrt{\\frac{" + std::to_string(size * size * radicand) + "}{" +
             std::to_string(factor.denominator * factor.denominator) + "}}";
    case 1: {  // the root below: a sqrt(c) = ac / sqrt(c)
      const Fraction scaled = factor * Fraction{radicand, 1};
      const std::string below = (scaled.denominator == 1 ? "" : std::to_string(scaled.denominator)) + root;
      return sign + "\\frac{" + std::to_string(std::llabs(scaled.numerator)) + "}{" + below + "}";
    }
    case 2:
      return factor.denominator == 1
                 ? sign + (size == 1 ? "" : std::to_string(size) + " \\cdot ") + std::to_string(radicand) + "^{1/2}"
                 : sign + plain({size, factor.denominator}) + root;
    default:
      return factor.denominator == 1
                 ? sign + times + root
                 : sign + "\\frac{" + times + root + "}{" + std::to_string(factor.denominator) + "}";
  }
}

/// 1/(a + b sqrt(c)) style: value = (a^2 - b^2 c) / (a - b sqrt(c)) for whole a and b.
std::string rationalised(const Fraction& a, const Fraction& b, std::int64_t c, RandomStream& random) {
  const std::int64_t norm = a.numerator * a.numerator - b.numerator * b.numerator * c;
  const std::string root = plain({-b.numerator, 1}) + "\\sqrt{" + std::to_string(c) + "}";
  return "\\frac{" + std::to_string(norm) + "}{" + sum_of({plain(a), root}, random) + "}";
}

}  // namespace

void add_root(SurdSum& sum, const Fraction& coefficient, std::int64_t radicand) {
  std::int64_t outside = 1;
  for (std::int64_t factor = 2; factor * factor <= radicand; ++factor) {
    while (radicand % (factor * factor) == 0) {
      radicand /= factor * factor;
      outside *= factor;
    }
  }
  Fraction& entry = sum[radicand];
  entry = entry + coefficient * Fraction{outside, 1};
  if (entry.numerator == 0) {
    sum.erase(radicand);
  }
}

SurdSum product(const SurdSum& left, const SurdSum& right) {
  SurdSum made;
  for (const auto& [a, x] : left) {
    for (const auto& [b, y] : right) {
      add_root(made, x * y, a * b);
    }
  }
  return made;
}

SurdSum small_surd(RandomStream& random) {
  SurdSum made;
  const std::int64_t below = random.chance(0.5) ? 1 : random.integer(2, 6);
  for (std::int64_t i = random.integer(1, 3); i > 0; --i) {
    add_root(made, fraction(nonzero(random, -9, 9), below), random.integer(1, 30));
  }
  if (made.empty()) {
    add_root(made, {1, 1}, 2);
  }
  return made;
}

std::string spell(const SurdSum& value, RandomStream& random) {
  if (value.size() == 2 && value.begin()->first == 1 && random.chance(0.2)) {
    const auto& [radicand, factor] = *value.rbegin();
    if (factor.denominator == 1 && value.begin()->second.denominator == 1) {
      return rationalised(value.begin()->second, factor, radicand, random);
    }
  }
  std::int64_t below = 1;
  for (const auto& [radicand, factor] : value) {
    below *= factor.denominator / std::gcd(below, factor.denominator);
  }
  const bool is_common = below > 1 && value.size() > 1 && random.chance(0.5);
  std::vector<std::string> terms;
  for (const auto& [radicand, factor] : value) {
    const Fraction part = is_common ? factor * Fraction{below, 1} : factor;
    terms.push_back(radicand == 1 ? plain(part) : rational_multiple(part, radicand, random));
  }
  const std::string sum = sum_of(std::move(terms), random);
  return is_common ? "\\frac{" + sum + "}{" + std::to_string(below) + "}" : sum;
}

SurdSum near_miss(const SurdSum& value, RandomStream& random) {
  SurdSum made;
  const auto chosen = random.integer(0, std::max<std::int64_t>(0, static_cast<std::int64_t>(value.size()) - 1));
  const std::int64_t kind = random.integer(0, 4);
  std::int64_t at = 0;
  for (const auto& [radicand, factor] : value) {
    if (at++ != chosen) {
      add_root(made, factor, radicand);
    } else if (kind == 0) {
      add_root(made, {-factor.numerator, factor.denominator}, radicand);  // the conjugate
    } else if (kind == 1) {
      add_root(made, factor + fraction(nonzero(random, -1, 1), factor.denominator), radicand);
    } else if (kind == 2) {
      add_root(made, factor, radicand + random.integer(1, 2));
    } else if (kind == 3 && factor.numerator > 0) {
      add_root(made, {radicand, factor.denominator}, factor.numerator);  // factor and radicand swapped
    }                                                                    // else the term is dropped
  }
  if (value.empty()) {
    add_root(made, {1, 1}, 1);
  }
  return made;
}

}  // namespace exact_math
