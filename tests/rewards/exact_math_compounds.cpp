// Structures whose members come from the families of scalars: equal when all members are, different when one is.
#include <algorithm>
#include <array>
#include <iterator>

#include "tests/rewards/exact_math_spelling.h"

namespace exact_math {
namespace {

/// Scalars that stand as a member of a list without a bracket round them.
const std::vector<Family>& scalars() {
  static const std::vector<Family> kept = [] {
    std::vector<Family> made;
    constexpr std::array<std::string_view, 12> kNames = {
        "fractions", "surds",  "surd products", "nested roots", "multiples of pi",   "exponentials",
        "sines",     "powers", "polynomials",   "identities",   "powers of symbols", "complex numbers"};
    for (const auto& part : {number_families(), constant_families(), algebra_families()}) {
      std::copy_if(part.begin(), part.end(), std::back_inserter(made), [&](const Family& family) {
        return std::find(kNames.begin(), kNames.end(), family.name) != kNames.end();
      });
    }
    return made;
  }();
  return kept;
}

std::vector<Pair> members(Wanted wanted, std::int64_t count, RandomStream& random) {
  const std::int64_t changed = random.integer(0, count - 1);
  std::vector<Pair> made;
  for (std::int64_t i = 0; i < count; ++i) {
    const bool is_changed = wanted == Wanted::kDifferent && i == changed;
    made.push_back(random.pick(scalars()).make(is_changed ? Wanted::kDifferent : Wanted::kEqual, random));
  }
  return made;
}

std::string side(const std::vector<Pair>& pairs, std::string Pair::*which, std::string_view between) {
  std::string text;
  for (const Pair& pair : pairs) {
    text += (text.empty() ? "" : std::string(between)) + pair.*which;
  }
  return text;
}

Pair tuples_of_scalars(Wanted wanted, RandomStream& random) {
  const auto pairs = members(wanted, random.integer(2, 4), random);
  const auto written = [&](std::string Pair::*which) {
    switch (random.integer(0, 2)) {
      case 0:
        return "\\left(" + side(pairs, which, ",\\; ") + "\\right)";
      case 1:
        return "\\begin{pmatrix} " + side(pairs, which, " \\\\ ") + " \\end{pmatrix}";
      default:
        return "(" + side(pairs, which, ", ") + ")";
    }
  };
  return {written(&Pair::gold), written(&Pair::answer)};
}

Pair matrices_of_scalars(Wanted wanted, RandomStream& random) {
  const auto pairs = members(wanted, 4, random);
  const auto written = [&](std::string Pair::*which) {
    const std::string name = random.chance(0.5) ? "pmatrix" : "bmatrix";
    return "\\begin{" + name + "}" + pairs[0].*which + " & " + pairs[1].*which + " \\\\ " + pairs[2].*which + " & " +
           pairs[3].*which + "\\end{" + name + "}";
  };
  return {written(&Pair::gold), written(&Pair::answer)};
}

/// One scalar, in a sum, a quotient, a root or an assignment that keeps different values different.
Pair scalars_in_context(Wanted wanted, RandomStream& random) {
  const Pair inner = random.pick(scalars()).make(wanted, random);
  const std::string number = std::to_string(random.integer(2, 30));
  switch (random.integer(0, 4)) {
    case 0:
      return {number + "+(" + inner.gold + ")", "\\left(" + inner.answer + "\\right)+" + number};
    case 1:
      return {"\\frac{" + inner.gold + "}{" + number + "}", "(" + inner.answer + ")/" + number};
    case 2:
      return {"e^{" + inner.gold + "}", "\\exp\\left(" + inner.answer + "\\right)"};
    case 3:
      return {number + "-\\left(" + inner.gold + "\\right)", "-(" + inner.answer + ")+" + number};
    default:
      return {"\\sqrt[3]{" + inner.gold + "}", "\\sqrt[3]{" + inner.answer + "}"};
  }
}

}  // namespace

std::vector<Family> compound_families() {
  return {{"tuples of scalars", tuples_of_scalars},
          {"matrices of scalars", matrices_of_scalars},
          {"scalars in context", scalars_in_context}};
}

std::vector<Family> all_families() {
  std::vector<Family> all;
  for (const auto& part : {number_families(), constant_families(), algebra_families(), equation_families(),
                           interval_families(), structure_families(), quantity_families(), compound_families()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace exact_math
