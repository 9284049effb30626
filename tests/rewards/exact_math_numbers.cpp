// Families of numbers: integers, fractions, decimals, percentages, binomials, factorials, powers, surds.
#include <array>
#include <cstdlib>
#include <numeric>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {
namespace {

Pair integers(Wanted wanted, RandomStream& random) {
  std::int64_t size = 10;
  for (std::int64_t i = random.integer(0, 8); i > 0; --i) {
    size *= 10;
  }
  return pair_of(
      wanted, random.integer(-size, size * 2), [&](std::int64_t value) { return spell(value, random); },
      [&](std::int64_t value) { return near_miss(value, random); });
}

std::size_t places_of(const std::string& text) {
  const std::size_t point = text.find('.');
  if (point == std::string::npos || text.find_first_of("(\\") != std::string::npos) {
    return 0;
  }
  return text.size() - point - 1;
}

/// A gold with three digits or more, one of them behind the point, is equal to what rounds to it: a near miss of a
/// decimal stays at least two units of its last place away.
bool is_within_rounding(const Fraction& gold, const std::string& text, const Fraction& answer) {
  Fraction gap = gold - answer;
  gap.numerator = std::llabs(gap.numerator);
  for (std::size_t i = places_of(text); i > 0; --i) {
    gap = gap * Fraction{10, 1};
  }
  return gap < Fraction{2, 1};
}

Pair rationals(Wanted wanted, const Fraction& value, RandomStream& random) {
  if (wanted == Wanted::kEqual) {
    return pair_of(
        wanted, value, [&](const Fraction& v) { return spell(v, random); }, [](const Fraction& v) { return v; });
  }
  for (;;) {
    const Fraction other = near_miss(value, random);
    const std::string gold = spell(value, random);
    if (!(other == value) && !(places_of(gold) > 0 && is_within_rounding(value, gold, other))) {
      return {gold, spell(other, random)};
    }
  }
}

Pair fractions(Wanted wanted, RandomStream& random) {
  return rationals(wanted, small_fraction(random), random);
}

Pair decimals(Wanted wanted, RandomStream& random) {
  constexpr std::array<std::int64_t, 4> kScales = {10, 100, 1000, 10000};
  return rationals(wanted, fraction(nonzero(random, -5000, 9000), random.pick(kScales)), random);
}

Pair assignments(Wanted wanted, RandomStream& random) {
  Pair pair = rationals(wanted, small_fraction(random), random);
  const std::string name = random.chance(0.5) ? "x" : "n";
  if (random.chance(0.5)) {
    pair.gold = name + "=" + pair.gold;
  }
  if (random.chance(0.7)) {
    pair.answer = name + " = " + pair.answer;
  }
  return pair;
}

/// m \cdot 10^k, as an integer mantissa and an exponent.
struct Scientific {
  std::int64_t mantissa = 1;  // no multiple of ten
  std::int64_t exponent = 0;
  friend bool operator==(const Scientific&, const Scientific&) = default;
};

Scientific scientific(std::int64_t mantissa, std::int64_t exponent) {
  while (mantissa != 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    ++exponent;
  }
  return {mantissa, exponent};
}

std::string spell_scientific(const Scientific& value, RandomStream& random) {
  const std::int64_t shift = random.integer(-1, 1);
  const bool is_up = shift > 0;
  std::string mantissa = std::to_string(value.mantissa);
  std::int64_t exponent = value.exponent;
  if (shift < 0) {
    mantissa = decimal(fraction(value.mantissa, 10));
    ++exponent;
  } else if (is_up) {
    mantissa += "0";
    --exponent;
  }
  const std::string power = std::to_string(exponent);
  switch (random.integer(0, 3)) {
    case 0:
      return mantissa + "e" + power;
    case 1:
      return mantissa + " \\cdot 10^{" + power + "}";
    case 2:
      return exponent < 0 ? "\\frac{" + mantissa + "}{10^{" + std::to_string(-exponent) + "}}"
                          : mantissa + "×10^{" + power + "}";
    default:
      return mantissa + " \\times 10^{" + power + "}";
  }
}

Pair scientifics(Wanted wanted, RandomStream& random) {
  const Scientific value = scientific(nonzero(random, -99, 99), random.integer(-30, 30));
  return pair_of(
      wanted, value, [&](const Scientific& v) { return spell_scientific(v, random); },
      [&](const Scientific& v) {
        switch (random.integer(0, 3)) {
          case 0:
            return scientific(-v.mantissa, v.exponent);
          case 1:
            return scientific(v.mantissa, v.exponent + nonzero(random, -1, 1));
          case 2:
            return scientific(v.mantissa, -v.exponent);
          default:
            // Two units at least: a gold of three digits is equal to what rounds to it.
            return scientific(v.mantissa + (v.mantissa > 0 ? 3 : -3), v.exponent);
        }
      });
}

/// n over k with its value, which fits 64 bits for n of at most 40.
struct Choice {
  std::int64_t n = 0;
  std::int64_t k = 0;
  std::int64_t value = 1;
  friend bool operator==(const Choice& left, const Choice& right) { return left.value == right.value; }
};

Choice choice(std::int64_t n, std::int64_t k) {
  Choice made{n, k, 1};
  for (std::int64_t i = 1; i <= k; ++i) {
    made.value = made.value * (n - k + i) / i;
  }
  return made;
}

Pair binomials(Wanted wanted, RandomStream& random) {
  const std::int64_t n = random.integer(4, 36);
  return pair_of(
      wanted, choice(n, random.integer(1, n - 1)),
      [&](const Choice& v) {
        const std::string top = std::to_string(v.n);
        const std::string rest = std::to_string(v.n - v.k);
        const std::string bottom = random.chance(0.5) ? std::to_string(v.k) : rest;
        switch (random.integer(0, 4)) {
          case 0:
            return "\\binom{" + top + "}{" + bottom + "}";
          case 1:
            return "\\dbinom{" + top + "}{" + bottom + "}";
          case 2:
            return "\\frac{" + top + "!}{" + std::to_string(v.k) + "!" + (random.chance(0.5) ? " \\cdot " : "\\,") +
                   rest + "!}";
          case 3:
            return "C(" + top + "," + bottom + ")";
          default:
            return std::to_string(v.value);
        }
      },
      [&](const Choice& v) {
        const std::int64_t other = std::max<std::int64_t>(2, v.n + random.integer(-1, 1));
        return choice(other, std::min(std::max<std::int64_t>(1, v.k + random.integer(-1, 1)), other - 1));
      });
}

/// A product of powers of the primes 2, 3, 5 and 7, which is never multiplied out.
using Powers = std::array<std::int64_t, 4>;
constexpr std::array<std::int64_t, 4> kPrimes = {2, 3, 5, 7};

std::string spell_powers(const Powers& value, RandomStream& random) {
  std::vector<std::string> factors;
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::int64_t left = value[i];
    if (left > 3 && random.chance(0.3)) {  // a part of it as a power of the square
      const std::int64_t half = random.integer(1, left / 2);
      factors.push_back(std::to_string(kPrimes[i] * kPrimes[i]) + "^{" + std::to_string(half) + "}");
      left -= 2 * half;
    }
    if (left > 1 && random.chance(0.3)) {
      factors.push_back(std::to_string(kPrimes[i]));
      --left;
    }
    if (left != 0) {
      factors.push_back(std::to_string(kPrimes[i]) + "^{" + std::to_string(left) + "}");
    }
  }
  random.shuffle(factors);
  std::string text;
  for (const std::string& factor : factors) {
    text += (text.empty() ? "" : random.chance(0.5) ? " \\cdot " : " \\times ") + factor;
  }
  return text.empty() ? "1" : text;
}

Pair powers(Wanted wanted, RandomStream& random) {
  Powers value{};
  for (std::int64_t& exponent : value) {
    exponent = random.chance(0.5) ? random.integer(-30, 120) : 0;
  }
  return pair_of(
      wanted, value, [&](const Powers& v) { return spell_powers(v, random); },
      [&](Powers v) {
        std::int64_t& exponent = v[static_cast<std::size_t>(random.integer(0, 3))];
        exponent = random.chance(0.2) ? -exponent : exponent + nonzero(random, -1, 1);
        return v;
      });
}

Pair factorials(Wanted wanted, RandomStream& random) {
  // 1/n!, n!, or 1 - 1/n!, by n alone.
  const std::int64_t kind = random.integer(0, 2);
  const auto written = [&](std::int64_t n) {
    const std::string text =
        random.chance(0.5) ? std::to_string(n) + "!" : std::to_string(n) + " \\cdot " + std::to_string(n - 1) + "!";
    if (kind == 0) {
      return text;
    }
    if (kind == 1) {
      return "\\frac{1}{" + text + "}";
    }
    return random.chance(0.5) ? "1-\\frac{1}{" + text + "}" : "\\frac{" + std::to_string(n) + "!-1}{" + text + "}";
  };
  return pair_of(wanted, random.integer(3, 300), written,
                 [&](std::int64_t n) { return std::max<std::int64_t>(2, n + nonzero(random, -2, 2)); });
}

Pair surds(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, small_surd(random), [&](const SurdSum& v) { return spell(v, random); },
      [&](const SurdSum& v) { return near_miss(v, random); });
}

/// A product of two sums of roots against what it comes to.
Pair surd_products(Wanted wanted, RandomStream& random) {
  const SurdSum left = small_surd(random);
  const SurdSum right = small_surd(random);
  const SurdSum value = product(left, right);
  const std::string gold = "(" + spell(left, random) + ")(" + spell(right, random) + ")";
  SurdSum other = value;
  while (wanted == Wanted::kDifferent && other == value) {
    other = near_miss(value, random);
  }
  return random.chance(0.5) ? Pair{gold, spell(other, random)} : Pair{spell(other, random), gold};
}

/// sqrt(a + b + 2 sqrt(ab)) = sqrt(a) + sqrt(b), and cube roots of cubes of a + b sqrt(c), which may be negative.
Pair nested_roots(Wanted wanted, RandomStream& random) {
  SurdSum value;
  std::string nested;
  if (random.chance(0.5)) {
    const std::int64_t a = random.integer(2, 30);
    const std::int64_t b = random.integer(2, 30);
    const std::int64_t sign = a > b && random.chance(0.5) ? -1 : 1;
    add_root(value, {1, 1}, a);
    add_root(value, {sign, 1}, b);
    nested = "\\sqrt{" + std::to_string(a + b) + (sign < 0 ? "-" : "+") + "2\\sqrt{" + std::to_string(a * b) + "}}";
  } else {
    const std::int64_t a = nonzero(random, -5, 5);
    const std::int64_t b = nonzero(random, -4, 4);
    const std::int64_t c = random.chance(0.5) ? 2 : 5;
    add_root(value, {a, 1}, 1);
    add_root(value, {b, 1}, c);
    const std::int64_t whole = a * a * a + 3 * a * b * b * c;
    const std::int64_t part = 3 * a * a * b + b * b * b * c;
    nested = "\\sqrt[3]{" + std::to_string(whole) + (part < 0 ? "-" : "+") + std::to_string(std::llabs(part)) +
             "\\sqrt{" + std::to_string(c) + "}}";
  }
  SurdSum other = value;
  while (wanted == Wanted::kDifferent && other == value) {
    other = near_miss(value, random);
  }
  return random.chance(0.5) ? Pair{nested, spell(other, random)} : Pair{spell(other, random), nested};
}

}  // namespace

std::vector<Family> number_families() {
  return {{"integers", integers},
          {"fractions", fractions},
          {"decimals", decimals},
          {"assignments", assignments},
          {"scientific", scientifics},
          {"binomials", binomials},
          {"powers", powers},
          {"factorials", factorials},
          {"surds", surds},
          {"surd products", surd_products},
          {"nested roots", nested_roots}};
}

}  // namespace exact_math
