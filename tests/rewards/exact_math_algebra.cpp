// Families of functions and equations: polynomials, rational functions, powers of symbols, identities, equations,
// inequalities.
#include <array>
#include <cstdlib>
#include <map>
#include <numeric>
#include <utility>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {
namespace {

using Exponents = std::pair<int, int>;  // of x and y
using Polynomial = std::map<Exponents, std::int64_t>;

void add_term(Polynomial& sum, Exponents at, std::int64_t factor) {
  std::int64_t& entry = sum[at];
  entry += factor;
  if (entry == 0) {
    sum.erase(at);
  }
}

Polynomial times(const Polynomial& left, const Polynomial& right) {
  Polynomial made;
  for (const auto& [a, x] : left) {
    for (const auto& [b, y] : right) {
      add_term(made, {a.first + b.first, a.second + b.second}, x * y);
    }
  }
  return made;
}

Polynomial scaled(Polynomial value, std::int64_t factor) {
  for (auto& [at, entry] : value) {
    entry *= factor;
  }
  return value;
}

std::string power_text(const std::string& name, int exponent, RandomStream& random) {
  if (exponent == 0) {
    return "";
  }
  if (exponent == 1) {
    return name;
  }
  if (exponent == 2 && random.chance(0.1)) {
    return name + "²";
  }
  return name + (random.chance(0.5) ? "^" + std::to_string(exponent) : "^{" + std::to_string(exponent) + "}");
}

std::string term_text(Exponents at, std::int64_t factor, RandomStream& random) {
  std::string x = power_text("x", at.first, random);
  std::string y = power_text("y", at.second, random);
  if (random.chance(0.3)) {
    std::swap(x, y);
  }
  if (at.first == 0 && at.second == 0) {
    return std::to_string(factor);
  }
  const std::string size = coefficient({factor, 1});
  const std::string dot = !x.empty() && !y.empty() && random.chance(0.2) ? "\\cdot " : "";
  return size + (size.size() > 1 && random.chance(0.1) ? "*" : "") + x + dot + y;
}

std::vector<std::string> terms_of(const Polynomial& value, RandomStream& random) {
  std::vector<std::string> terms;
  for (const auto& [at, factor] : value) {
    terms.push_back(term_text(at, factor, random));
  }
  return terms;
}

std::string expanded(const Polynomial& value, RandomStream& random) {
  return sum_of(terms_of(value, random), random);
}

/// A product of linear factors, kept with what it comes to.
struct Product {
  std::vector<Polynomial> factors;
  Polynomial value;
  friend bool operator==(const Product& left, const Product& right) { return left.value == right.value; }
};

Product product_of(std::vector<Polynomial> factors) {
  Product made{std::move(factors), {{{0, 0}, 1}}};
  for (const Polynomial& factor : made.factors) {
    made.value = times(made.value, factor);
  }
  return made;
}

Polynomial linear(RandomStream& random, bool has_y) {
  Polynomial made;
  add_term(made, {1, 0}, random.chance(0.6) ? 1 : nonzero(random, -5, 5));
  if (has_y) {
    add_term(made, {0, 1}, nonzero(random, -5, 5));
  }
  add_term(made, {0, 0}, random.integer(-9, 9));
  return made;
}

Product small_product(RandomStream& random) {
  std::vector<Polynomial> factors;
  const bool has_y = random.chance(0.4);
  for (std::int64_t i = random.integer(1, 3); i > 0; --i) {
    factors.push_back(linear(random, has_y));
  }
  if (random.chance(0.3)) {
    factors.push_back({{{0, 0}, nonzero(random, -6, 6)}});
  }
  return product_of(std::move(factors));
}

std::string factored(const Product& value, RandomStream& random) {
  std::vector<Polynomial> factors = value.factors;
  random.shuffle(factors);
  std::int64_t front = 1;
  std::string text;
  for (Polynomial factor : factors) {
    if (factor.size() == 1 && factor.begin()->first == Exponents{0, 0}) {
      front *= factor.begin()->second;
      continue;
    }
    if (random.chance(0.2)) {  // -(b - a) for a - b
      front = -front;
      factor = scaled(factor, -1);
    }
    text += "(" + expanded(factor, random) + ")";
  }
  return text.empty() ? std::to_string(front) : coefficient({front, 1}) + text;
}

std::string spell_product(const Product& value, RandomStream& random) {
  if (value.factors.size() > 1 && random.chance(0.4)) {
    return factored(value, random);
  }
  if (value.value.size() > 1 && random.chance(0.2)) {  // two sums of terms, one of them with a factor taken out
    std::vector<std::string> terms = terms_of(value.value, random);
    const std::int64_t by = random.integer(2, 5);
    const Polynomial part = {*value.value.rbegin()};
    terms.push_back("-" + std::to_string(by) + "(" + expanded(part, random) + ")");
    terms.push_back(expanded(scaled(part, by), random));
    return sum_of(std::move(terms), random);
  }
  return expanded(value.value, random);
}

Polynomial near_miss(const Polynomial& value, RandomStream& random) {
  Polynomial made = value;
  auto entry = made.begin();
  std::advance(entry, random.integer(0, static_cast<std::int64_t>(made.size()) - 1));
  const auto [at, factor] = *entry;
  switch (random.integer(0, 4)) {
    case 0:
      entry->second = -factor;
      break;
    case 1:
      add_term(made, at, nonzero(random, -1, 1));
      break;
    case 2:
      made.erase(entry);  // a dropped term
      break;
    case 3:
      made.erase(entry);
      add_term(made, {at.first + 1, at.second}, factor);
      break;
    default:
      made.erase(entry);
      add_term(made, {at.second, at.first}, factor);  // x for y
      break;
  }
  return made;
}

Pair polynomials(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, small_product(random), [&](const Product& v) { return wrapped(spell_product(v, random), random); },
      [&](const Product& v) { return product_of({near_miss(v.value, random)}); });
}

/// Top over bottom, equal by cross-multiplication.
struct Quotient {
  Product top;
  Product bottom;
  friend bool operator==(const Quotient& left, const Quotient& right) {
    return times(left.top.value, right.bottom.value) == times(right.top.value, left.bottom.value);
  }
};

std::string spell_quotient(const Quotient& value, RandomStream& random) {
  std::vector<Polynomial> top = value.top.factors;
  std::vector<Polynomial> bottom = value.bottom.factors;
  if (random.chance(0.4)) {  // a common factor
    const Polynomial common = linear(random, false);
    top.push_back(common);
    bottom.push_back(common);
  }
  const std::string above = spell_product(product_of(top), random);
  const std::string below = spell_product(product_of(bottom), random);
  switch (random.integer(0, 3)) {
    case 0:
      return "(" + above + ")/(" + below + ")";
    case 1:
      return "-\\frac{" + spell_product(product_of({scaled(product_of(top).value, -1)}), random) + "}{" + below + "}";
    case 2: {  // a whole part taken out: top/bottom = k + (top - k bottom)/bottom
      const std::int64_t whole = nonzero(random, -4, 4);
      Polynomial rest = product_of(top).value;
      for (const auto& [at, factor] : product_of(bottom).value) {
        add_term(rest, at, -whole * factor);
      }
      return sum_of({std::to_string(whole), "\\frac{" + expanded(rest, random) + "}{" + below + "}"}, random);
    }
    default:
      return "\\frac{" + above + "}{" + below + "}";
  }
}

Pair rational_functions(Wanted wanted, RandomStream& random) {
  const bool has_y = random.chance(0.2);
  Quotient value{small_product(random), product_of({linear(random, has_y)})};
  if (random.chance(0.4)) {
    value.bottom = product_of({value.bottom.value, linear(random, false)});
  }
  return pair_of(
      wanted, value, [&](const Quotient& v) { return spell_quotient(v, random); },
      [&](const Quotient& v) {
        const Polynomial bottom = near_miss(v.bottom.value, random);
        return random.chance(0.5) && !bottom.empty() ? Quotient{v.top, product_of({bottom})}
                                                     : Quotient{product_of({near_miss(v.top.value, random)}), v.bottom};
      });
}

/// q x^(r/2) y^(s/2) for positive x and y.
struct Monomial {
  Fraction factor;
  std::array<std::int64_t, 2> halves{};
  friend bool operator==(const Monomial&, const Monomial&) = default;
};

std::string half_power(const std::string& name, std::int64_t halves, RandomStream& random) {
  if (halves % 2 == 0) {
    return halves == 2 ? name : name + "^{" + std::to_string(halves / 2) + "}";
  }
  switch (random.integer(0, 2)) {
    case 0:
      return halves == 1 ? "\\sqrt{" + name + "}" : "\\sqrt{" + name + "^{" + std::to_string(halves) + "}}";
    case 1:
      return name + "^{" + std::to_string(halves) + "/2}";
    default:
      return halves == 1 ? "\\sqrt{" + name + "}" : half_power(name, halves - 1, random) + "\\sqrt{" + name + "}";
  }
}

std::string spell_monomial(const Monomial& v, RandomStream& random) {
  std::string above = std::llabs(v.factor.numerator) == 1 ? "" : std::to_string(std::llabs(v.factor.numerator));
  std::string below = v.factor.denominator == 1 ? "" : std::to_string(v.factor.denominator);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = i == 0 ? "x" : "y";
    if (v.halves[i] > 0) {
      above += half_power(name, v.halves[i], random);
    } else if (v.halves[i] < 0 && random.chance(0.2)) {
      above += name + "^{" + plain(fraction(v.halves[i], 2)) + "}";
    } else if (v.halves[i] < 0) {
      below += half_power(name, -v.halves[i], random);
    }
  }
  const std::string sign = v.factor.numerator < 0 ? "-" : "";
  above = above.empty() ? "1" : above;
  return below.empty() ? sign + above : sign + "\\frac{" + above + "}{" + below + "}";
}

Pair powers_of_symbols(Wanted wanted, RandomStream& random) {
  const Monomial value{small_fraction(random), {nonzero(random, -5, 5), random.integer(-3, 3)}};
  return pair_of(
      wanted, value, [&](const Monomial& v) { return spell_monomial(v, random); },
      [&](Monomial v) {
        if (random.chance(0.4)) {
          v.factor = near_miss(v.factor, random);
          v.factor = v.factor.numerator == 0 ? Fraction{1, 7} : v.factor;
        } else {
          v.halves[random.chance(0.5) ? 0 : 1] += nonzero(random, -2, 2);
        }
        return v;
      });
}

/// a sin 2x + b cos 2x + c: the three are linearly independent.
using Harmonics = std::array<std::int64_t, 3>;

std::string spell_harmonics(const Harmonics& v, RandomStream& random) {
  std::vector<std::string> terms;
  std::int64_t whole = v[2];
  if (v[0] != 0) {
    const bool is_double = random.chance(0.5);
    terms.push_back(is_double ? coefficient({2 * v[0], 1}) + (random.chance(0.5) ? "\\sin x\\cos x" : "\\cos x\\sin x")
                              : coefficient({v[0], 1}) + (random.chance(0.5) ? "\\sin 2x" : "\\sin(2x)"));
  }
  if (v[1] != 0) {
    switch (random.integer(0, 3)) {
      case 0:
        terms.push_back(coefficient({2 * v[1], 1}) + "\\cos^2 x");
        whole -= v[1];
        break;
      case 1:
        terms.push_back(coefficient({-2 * v[1], 1}) + "\\sin^2(x)");
        whole += v[1];
        break;
      case 2:
        terms.push_back(coefficient({v[1], 1}) + "(\\cos^{2} x-\\sin^2 x)");
        break;
      default:
        terms.push_back(coefficient({v[1], 1}) + "\\cos{2x}");
        break;
    }
  }
  if (whole != 0) {
    terms.push_back(random.chance(0.8) ? std::to_string(whole) : coefficient({whole, 1}) + "(\\sin^2 x+\\cos^2 x)");
  }
  return sum_of(std::move(terms), random);
}

Pair identities(Wanted wanted, RandomStream& random) {
  const Harmonics value = {random.integer(-5, 5), random.integer(-5, 5), random.integer(-5, 5)};
  return pair_of(
      wanted, value, [&](const Harmonics& v) { return spell_harmonics(v, random); },
      [&](Harmonics v) {
        std::int64_t& part = v[static_cast<std::size_t>(random.integer(0, 2))];
        part = random.chance(0.5) ? -part : part + nonzero(random, -1, 1);
        return v;
      });
}

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

std::vector<Family> algebra_families() {
  return {{"polynomials", polynomials},
          {"rational functions", rational_functions},
          {"powers of symbols", powers_of_symbols},
          {"identities", identities},
          {"equations", equations},
          {"lines", lines},
          {"inequalities", inequalities}};
}

}  // namespace exact_math
