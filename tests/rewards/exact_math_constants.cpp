// Families of constants with pi, e, i, logarithms and the sines of nice angles.
#include <array>
#include <cstdlib>
#include <numeric>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {
namespace {

/// a + b pi, or a + b e: both transcendental, so that the pair (a, b) is the value.
struct Line {
  Fraction whole;
  Fraction slope;
  friend bool operator==(const Line&, const Line&) = default;
};

std::string times_pi(const Fraction& factor, RandomStream& random) {
  const std::string pi = random.chance(0.2) ? "π" : "\\pi";
  const std::int64_t size = std::llabs(factor.numerator);
  const std::string sign = factor.numerator < 0 ? "-" : "";
  const std::string multiple = size == 1 ? pi : std::to_string(size) + pi;
  if (factor.denominator == 1) {
    return sign + multiple;
  }
  const std::string below = std::to_string(factor.denominator);
  switch (random.integer(0, 3)) {
    case 0:
      return sign + multiple + "/" + below;
    case 1:
      return sign + "\\frac{" + std::to_string(size) + "}{" + below + "}" + pi;
    case 2:
      return decimal(factor).empty() ? sign + "\\frac{" + multiple + "}{" + below + "}" : decimal(factor) + pi;
    default:
      return sign + "\\frac{" + multiple + "}{" + below + "}";
  }
}

Pair multiples_of_pi(Wanted wanted, RandomStream& random) {
  const Line value{random.chance(0.5) ? Fraction{0, 1} : small_fraction(random), small_fraction(random)};
  return pair_of(
      wanted, value,
      [&](const Line& v) {
        std::vector<std::string> terms;
        if (v.slope.numerator != 0) {
          terms.push_back(times_pi(v.slope, random));
        }
        if (v.whole.numerator != 0) {
          terms.push_back(plain(v.whole));
        }
        return sum_of(terms, random);
      },
      [&](const Line& v) {
        return v.whole.numerator != 0 && random.chance(0.5) ? Line{near_miss(v.whole, random), v.slope}
                                                            : Line{v.whole, near_miss(v.slope, random)};
      });
}

/// q e^k, with whole k.
struct Exponential {
  Fraction factor;
  std::int64_t exponent = 0;
  friend bool operator==(const Exponential&, const Exponential&) = default;
};

Pair exponentials(Wanted wanted, RandomStream& random) {
  const Exponential value{small_fraction(random), nonzero(random, -6, 6)};
  return pair_of(
      wanted, value,
      [&](const Exponential& v) {
        const std::string power = std::to_string(v.exponent);
        const std::string size = coefficient(v.factor);
        switch (random.integer(0, 3)) {
          case 0:
            return size + "\\exp(" + power + ")";
          case 1:
            return "\\frac{" + plain(v.factor) + "}{e^{" + std::to_string(-v.exponent) + "}}";
          case 2:
            return size + "\\mathrm{e}^{" + power + "}";
          default:
            return size + "e^{" + power + "}";
        }
      },
      [&](const Exponential& v) {
        switch (random.integer(0, 2)) {
          case 0:
            return Exponential{v.factor, -v.exponent};
          case 1:
            return Exponential{v.factor, v.exponent + nonzero(random, -1, 1)};
          default: {
            const Fraction other = near_miss(v.factor, random);
            return Exponential{other.numerator == 0 ? Fraction{1, 7} : other, v.exponent};
          }
        }
      });
}

/// q ln(n): a rational power of n, so equal exactly when n^(numerators) agree; n is prime or squarefree, and q is kept.
struct Logarithm {
  Fraction factor;
  std::int64_t of = 2;
  friend bool operator==(const Logarithm&, const Logarithm&) = default;
};
constexpr std::array<std::int64_t, 9> kSquarefree = {2, 3, 5, 6, 7, 10, 14, 15, 21};

std::string spell_logarithm(const Logarithm& v, RandomStream& random) {
  const std::string size = coefficient(v.factor);
  const std::string of = std::to_string(v.of);
  switch (random.integer(0, 5)) {
    case 0:
      return coefficient(v.factor * Fraction{1, 2}) + "\\ln " + std::to_string(v.of * v.of);
    case 1:
      return coefficient(v.factor * Fraction{-1, 1}) + "\\ln\\frac{1}{" + of + "}";
    case 2: {
      const std::int64_t other = random.integer(2, 9);
      return size + "(\\ln " + std::to_string(v.of * other) + " - \\ln " + std::to_string(other) + ")";
    }
    case 3:
      return size + "\\log_e{" + of + "}";
    case 4:
      return coefficient(v.factor * Fraction{2, 1}) + "\\ln\\sqrt{" + of + "}";
    default:
      return size + "\\ln " + (random.chance(0.5) ? of : "(" + of + ")");
  }
}

Pair logarithms(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, Logarithm{small_fraction(random), random.pick(kSquarefree)},
      [&](const Logarithm& v) { return spell_logarithm(v, random); },
      [&](const Logarithm& v) {
        if (random.chance(0.5)) {
          return Logarithm{v.factor, random.pick(kSquarefree)};
        }
        const Fraction other = near_miss(v.factor, random);
        return Logarithm{other.numerator == 0 ? Fraction{1, 7} : other, v.of};
      });
}

/// log_{p^a} p^b = b/a.
Pair logarithms_to_a_base(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, fraction(nonzero(random, -6, 9), random.integer(1, 4)),
      [&](const Fraction& v) {
        const std::int64_t prime = random.pick(std::array<std::int64_t, 3>{2, 3, 5});
        const auto power = [&](std::int64_t exponent) {
          std::int64_t made = 1;
          for (std::int64_t i = 0; i < exponent; ++i) {
            made *= prime;
          }
          return std::to_string(made);
        };
        const std::string top = v.numerator < 0 ? "\\frac{1}{" + power(-v.numerator) + "}" : power(v.numerator);
        switch (random.integer(0, 3)) {
          case 0:
            return spell(v, random);
          case 1:
            return "\\frac{\\ln " + top + "}{\\ln " + power(v.denominator) + "}";
          case 2:
            return "\\log_{" + power(v.denominator) + "}\\left(" + top + "\\right)";
          default:
            return "\\log_{" + power(v.denominator) + "}{" + top + "}";
        }
      },
      [&](const Fraction& v) {
        const Fraction other = fraction(v.numerator + nonzero(random, -1, 1), v.denominator);
        return random.chance(0.3)     ? Fraction{-v.numerator, v.denominator}
               : other.numerator == 0 ? Fraction{1, 9}
                                      : other;
      });
}

/// The sine of a whole number of twelfths of a half turn, in steps of 15 degrees: by its place in the table.
constexpr std::array<const char*, 7> kSines = {"0",
                                               "\\frac{\\sqrt{6}-\\sqrt{2}}{4}",
                                               "\\frac{1}{2}",
                                               "\\frac{\\sqrt{2}}{2}",
                                               "\\frac{\\sqrt{3}}{2}",
                                               "\\frac{\\sqrt{6}+\\sqrt{2}}{4}",
                                               "1"};

std::string angle_text(std::int64_t steps, RandomStream& random) {
  if (random.chance(0.4)) {
    return std::to_string(steps * 15) + (random.chance(0.3) ? "°" : "^\\circ");
  }
  return steps == 0 ? "0" : times_pi(fraction(steps, 12), random);
}

std::string spell_sine(std::int64_t v, RandomStream& random) {
  const std::int64_t size = std::llabs(v);
  const std::string sign = v < 0 ? "-" : "";
  const std::int64_t steps = random.chance(0.5) ? v : 12 - v;
  switch (random.integer(0, 4)) {
    case 0:
      return "\\sin\\left(" + angle_text(steps + 24 * random.integer(0, 1), random) + "\\right)";
    case 1:
      return "\\cos\\left(" + angle_text(6 - v, random) + "\\right)";
    case 2:
      return sign + "\\sin{" + angle_text(random.chance(0.5) ? size : 12 - size, random) + "}";
    default:
      return sign + kSines[static_cast<std::size_t>(size)];
  }
}

Pair sines(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, random.integer(-6, 6), [&](std::int64_t v) { return spell_sine(v, random); },
      [&](std::int64_t v) { return random.chance(0.4) && v != 0 ? -v : random.integer(-6, 6); });
}

/// arctan, arcsin and arccos of what has a nice angle.
Pair arcs(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, random.integer(-6, 6),
      [&](std::int64_t v) {
        const std::string sign = v < 0 ? "-" : "";
        const std::string sine = sign + kSines[static_cast<std::size_t>(std::llabs(v))];
        switch (random.integer(0, 3)) {
          case 0:
            return "\\arcsin\\left(" + sine + "\\right)";
          case 1:
            return "\\frac{\\pi}{2}-\\arccos\\left(" + sine + "\\right)";
          default:
            return v == 0 ? std::string("0") : times_pi(fraction(v, 12), random);
        }
      },
      [&](std::int64_t v) { return random.chance(0.4) && v != 0 ? -v : random.integer(-6, 6); });
}

/// a + bi, with sums of roots for a and b.
struct Complex {
  SurdSum real;
  SurdSum imaginary;
  friend bool operator==(const Complex&, const Complex&) = default;
};

std::string spell_complex(const Complex& v, RandomStream& random) {
  const std::string i = random.chance(0.2) ? "\\mathrm{i}" : "i";
  std::vector<std::string> terms;
  if (!v.real.empty()) {
    terms.push_back(v.real.size() > 1 ? "(" + spell(v.real, random) + ")" : spell(v.real, random));
  }
  if (v.imaginary.size() > 1) {
    terms.push_back("(" + spell(v.imaginary, random) + ")" + i);
  } else if (!v.imaginary.empty()) {
    const auto& [radicand, factor] = *v.imaginary.begin();
    const std::string root = radicand == 1 ? "" : "\\sqrt{" + std::to_string(radicand) + "}";
    terms.push_back(random.chance(0.7) ? coefficient(factor) + root + i : coefficient(factor) + i + root);
  }
  return sum_of(std::move(terms), random);
}

Pair complex_numbers(Wanted wanted, RandomStream& random) {
  const auto part = [&] {
    SurdSum made;
    add_root(made, small_fraction(random), random.chance(0.7) ? 1 : random.integer(2, 7));
    return made;
  };
  return pair_of(
      wanted, Complex{part(), part()}, [&](const Complex& v) { return spell_complex(v, random); },
      [&](const Complex& v) {
        switch (random.integer(0, 2)) {
          case 0:
            return Complex{near_miss(v.real, random), v.imaginary};
          case 1:
            return Complex{v.real, near_miss(v.imaginary, random)};
          default:
            return Complex{v.imaginary, v.real};
        }
      });
}

/// (a+bi)(c+di), or (a+bi)/(c+di), against what it comes to.
Pair complex_products(Wanted wanted, RandomStream& random) {
  const std::int64_t a = nonzero(random, -9, 9);
  const std::int64_t b = nonzero(random, -9, 9);
  const std::int64_t c = nonzero(random, -9, 9);
  const std::int64_t d = nonzero(random, -9, 9);
  const auto text = [](std::int64_t real, std::int64_t imaginary) {
    return std::to_string(real) + (imaginary < 0 ? "" : "+") + coefficient({imaginary, 1}) + "i";
  };
  const bool is_quotient = random.chance(0.5);
  const std::int64_t norm = is_quotient ? c * c + d * d : 1;
  const std::int64_t sign = is_quotient ? -1 : 1;
  Complex value;
  add_root(value.real, fraction(a * c - sign * b * d, norm), 1);
  add_root(value.imaginary, fraction(sign * a * d + b * c, norm), 1);
  Complex other = value;
  while (wanted == Wanted::kDifferent && other == value) {
    (random.chance(0.5) ? other.real : other.imaginary) =
        near_miss(random.chance(0.5) ? value.real : value.imaginary, random);
  }
  const std::string made =
      is_quotient ? "\\frac{" + text(a, b) + "}{" + text(c, d) + "}" : "(" + text(a, b) + ")(" + text(c, d) + ")";
  return random.chance(0.5) ? Pair{made, spell_complex(other, random)} : Pair{spell_complex(other, random), made};
}

}  // namespace

std::vector<Family> constant_families() {
  return {{"multiples of pi", multiples_of_pi},
          {"exponentials", exponentials},
          {"logarithms", logarithms},
          {"logarithms to a base", logarithms_to_a_base},
          {"sines", sines},
          {"arcs", arcs},
          {"complex numbers", complex_numbers},
          {"complex products", complex_products}};
}

}  // namespace exact_math
