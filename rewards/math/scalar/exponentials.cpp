// Powers of e, logarithms, and what the two say of each other.
#include <algorithm>

#include "rewards/math/scalar/graph.h"
#include "rewards/math/scalar/limits.h"

namespace hone::rewards::math::scalar {

// e^{iπr}: the roots of unity of the quarter turns, and those whose parts are nice, by their parts.
Id Graph::turn(const Number& halves) {
  Number reduced;
  Number two(2);
  fmpz_mul_2exp(two.numerator(), halves.denominator(), 1);
  fmpz_fdiv_r(reduced.numerator(), halves.numerator(), two.numerator());
  fmpz_set(reduced.denominator(), halves.denominator());
  const Number quarters = reduced + reduced;
  if (quarters.is_integer()) {
    const std::int64_t quarter = quarters.small();
    if (quarter % 2 == 0) return number(quarter == 0 ? 1 : -1);
    return quarter == 1 ? imaginary() : negate(imaginary());
  }
  if (fmpz_divides(two.numerator(), Number(12).numerator(), reduced.denominator()) != 0) {
    const Id sine = cosine_of_halves(reduced - Number(1, 2));
    return add(cosine_of_halves(reduced), multiply(imaginary(), sine));
  }
  const Id angle = multiply(imaginary(), pi());
  return intern(Op::kPower, {euler(), scale(reduced, angle)});
}

// One term of an exponent; 0 when it has nothing to simplify.
Id Graph::power_of_e_term(Id exponent) {
  const Term parts = term(exponent);
  const Vertex rest = vertices_[parts.rest];
  if (rest.op == Op::kLog) {
    const Id value = child(parts.rest, 0);
    const bool is_real_function = rest.has_symbol && !rest.has_imaginary;
    // Off the real line every power is the principal one.
    const bool is_off_line = !rest.has_symbol && arb_contains_zero(enclosure(value).imaginary()) == 0;
    if (parts.coefficient.is_integer() || is_real_function || is_off_line || sign(value) == Sign::kPositive) {
      return power(value, number(parts.coefficient));
    }
    return 0;
  }
  if (rest.op != Op::kMultiply) return 0;
  if (rest.child_count == 2 && parts.rest == multiply(imaginary(), pi())) return turn(parts.coefficient);
  if (!rest.has_symbol) return 0;
  for (std::uint32_t i = 0; i < rest.child_count; ++i) {
    const Id factor = child(parts.rest, i);
    if (vertices_[factor].op != Op::kLog || vertices_[factor].has_symbol) continue;
    const Id base = child(factor, 0);
    if (sign(base) != Sign::kPositive) continue;
    std::vector<Id> others(children(parts.rest).begin(), children(parts.rest).end());
    others.erase(others.begin() + i);
    return power(base, scale(parts.coefficient, multiply(others)));
  }
  return 0;
}

Id Graph::power_of_e(Id exponent) {
  if (exponent == 0) return 0;
  if (is_number(exponent)) return power(euler(), exponent);
  if (vertices_[exponent].op != Op::kAdd) {
    const Id simple = power_of_e_term(exponent);
    return simple != 0 ? simple : intern(Op::kPower, {euler(), exponent});
  }
  std::vector<Id> rest;
  std::vector<Id> factors;
  const std::vector<Id> terms(children(exponent).begin(), children(exponent).end());
  for (const Id part : terms) {
    const Id simple = is_number(part) ? 0 : power_of_e_term(part);
    // Another power of e would only be joined with the rest again.
    if (vertices_[simple].op == Op::kPower && vertices_[child(simple, 0)].op == Op::kEuler) {
      rest.push_back(child(simple, 1));
      continue;
    }
    (simple != 0 ? factors : rest).push_back(simple != 0 ? simple : part);
  }
  const Id sum = add(rest);
  if (factors.empty()) return intern(Op::kPower, {euler(), sum});
  factors.push_back(power(euler(), sum));
  return multiply(factors);
}

Id Graph::log_of_number(const Number& value) {
  if (value.sign() == 0) return 0;
  if (value.sign() < 0) return add(log_of_number(-value), multiply(imaginary(), pi()));
  if (value.is(1)) return number(0);
  if (value.bits() > kMaxFactoredBits) return intern(Op::kLog, {number(value)});
  if (!work_.spend(400 + value.bits() * 10)) return 0;
  std::vector<Id> terms;
  for (const PrimePower& factor : small_factors(value)) {
    terms.push_back(scale(Number(factor.exponent), intern(Op::kLog, {number(factor.base)})));
  }
  return add(terms);
}

Id Graph::logarithm(Id id) {
  if (id == 0) return 0;
  const Vertex vertex = vertices_[id];
  if (vertex.op == Op::kInfinity) return vertex.payload == 0 ? id : 0;
  if (vertex.op == Op::kNumber) return log_of_number(number_of(id));
  if (vertex.op == Op::kEuler) return number(1);
  if (vertex.op == Op::kImaginary) return scale(Number(1, 2), multiply(id, pi()));
  const Sign id_sign = sign(id);
  if (id_sign == Sign::kZero) return 0;
  if (id_sign == Sign::kNegative) return add(logarithm(negate(id)), multiply(imaginary(), pi()));
  if (vertex.op == Op::kScale && number_of(id).sign() > 0) {
    return add(log_of_number(number_of(id)), logarithm(child(id, 0)));
  }
  if (vertex.op == Op::kPower) {
    const Id base = child(id, 0);
    const Id exponent = child(id, 1);
    const bool is_positive = vertices_[base].op == Op::kEuler || sign(base) == Sign::kPositive;
    const bool is_real = is_constant(exponent) ? enclosure(exponent).is_real() : !vertices_[exponent].has_imaginary;
    if (is_positive && is_real) return multiply(exponent, logarithm(base));
  }
  if (vertex.op == Op::kMultiply && !vertex.has_symbol) {
    std::vector<Id> factors(children(id).begin(), children(id).end());
    if (std::ranges::all_of(factors, [this](Id factor) { return sign(factor) == Sign::kPositive; })) {
      for (Id& factor : factors) factor = logarithm(factor);
      return add(factors);
    }
  }
  return intern(Op::kLog, {id});
}

}  // namespace hone::rewards::math::scalar
