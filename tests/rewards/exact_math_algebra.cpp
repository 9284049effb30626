// Families of functions: polynomials, rational functions, powers of symbols, identities.
#include <array>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "tests/rewards/exact_math_polynomial.h"

namespace exact_math {
namespace {

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

Pair polynomials(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, small_product(random), [&](const Product& v) { return spell_product(v, random); },
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

}  // namespace

std::vector<Family> algebra_families() {
  return {{"polynomials", polynomials},
          {"rational functions", rational_functions},
          {"powers of symbols", powers_of_symbols},
          {"identities", identities}};
}

}  // namespace exact_math
