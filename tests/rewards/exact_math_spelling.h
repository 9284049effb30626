#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

/// Pairs of spellings whose verdict is known by construction: what is spelled is an exact value made of small integers,
/// so that two values are equal exactly when their members are.
namespace exact_math {

using hone::core::RandomStream;

struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;  // positive, in lowest terms

  friend bool operator==(const Fraction&, const Fraction&) = default;
};

[[nodiscard]] Fraction fraction(std::int64_t numerator, std::int64_t denominator);
[[nodiscard]] Fraction operator+(const Fraction& left, const Fraction& right);
[[nodiscard]] Fraction operator-(const Fraction& left, const Fraction& right);
[[nodiscard]] Fraction operator*(const Fraction& left, const Fraction& right);
[[nodiscard]] bool operator<(const Fraction& left, const Fraction& right);

/// A sum of square roots, by squarefree radicand: those are linearly independent over the rationals.
using SurdSum = std::map<std::int64_t, Fraction>;

/// Adds coefficient * sqrt(radicand), whatever square divides the radicand.
void add_root(SurdSum& sum, const Fraction& coefficient, std::int64_t radicand);
[[nodiscard]] SurdSum product(const SurdSum& left, const SurdSum& right);

/// A value of [low, high] other than zero.
[[nodiscard]] std::int64_t nonzero(RandomStream& random, std::int64_t low, std::int64_t high);
[[nodiscard]] Fraction small_fraction(RandomStream& random);
[[nodiscard]] SurdSum small_surd(RandomStream& random);

/// One of the spellings of a value, as a person or a model would write it.
[[nodiscard]] std::string spell(std::int64_t value, RandomStream& random);
[[nodiscard]] std::string spell(const Fraction& value, RandomStream& random);
[[nodiscard]] std::string spell(const SurdSum& value, RandomStream& random);
/// Digits and sign, or \frac{a}{b}: the spelling that stands inside others.
[[nodiscard]] std::string plain(const Fraction& value);
/// A decimal where the value has one of at most six places, else "".
[[nodiscard]] std::string decimal(const Fraction& value);
/// "" for a factor of one, "-" for minus one.
[[nodiscard]] std::string coefficient(const Fraction& value);
/// Terms with their signs, "-3x" and "+2" or "2", put together in a random order.
[[nodiscard]] std::string sum_of(std::vector<std::string> terms, RandomStream& random);
/// In dollars, in a box and the like, or as it is.
[[nodiscard]] std::string wrapped(const std::string& text, RandomStream& random);
[[nodiscard]] std::string root_text(const std::string& radicand, RandomStream& random);

/// A near miss: another sign, digit, order, reciprocal or complement; may by chance be the value itself.
[[nodiscard]] std::int64_t near_miss(std::int64_t value, RandomStream& random);
[[nodiscard]] Fraction near_miss(const Fraction& value, RandomStream& random);
[[nodiscard]] SurdSum near_miss(const SurdSum& value, RandomStream& random);

struct Pair {
  std::string gold;
  std::string answer;
};

enum class Wanted : std::uint8_t { kEqual, kDifferent };

struct Family {
  std::string_view name;
  Pair (*make)(Wanted wanted, RandomStream& random);
};

[[nodiscard]] std::vector<Family> number_families();
[[nodiscard]] std::vector<Family> constant_families();
[[nodiscard]] std::vector<Family> algebra_families();
[[nodiscard]] std::vector<Family> equation_families();
[[nodiscard]] std::vector<Family> interval_families();
[[nodiscard]] std::vector<Family> structure_families();
[[nodiscard]] std::vector<Family> quantity_families();
/// Tuples, lists, matrices and assignments of members out of the families before.
[[nodiscard]] std::vector<Family> compound_families();
[[nodiscard]] std::vector<Family> all_families();

/// Spells one value twice, or a value and a near miss of it that is known to be another.
template <class Value, class Spell, class Miss>
Pair pair_of(Wanted wanted, const Value& value, Spell spelling, Miss miss) {
  if (wanted == Wanted::kDifferent) {
    for (;;) {
      const Value other = miss(value);
      if (!(other == value)) {
        return {spelling(value), spelling(other)};
      }
    }
  }
  Pair pair{spelling(value), spelling(value)};
  for (int tries = 0; tries < 8 && pair.gold == pair.answer; ++tries) {
    pair.answer = spelling(value);
  }
  return pair;
}

}  // namespace exact_math
