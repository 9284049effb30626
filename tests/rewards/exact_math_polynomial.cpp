#include "tests/rewards/exact_math_polynomial.h"

#include <iterator>

namespace exact_math {
namespace {

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

}  // namespace

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

}  // namespace exact_math
