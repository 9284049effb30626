// Sine, cosine and their inverses; multiples of π/12 and π/5 by their roots.
#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

bool Graph::halves_of(Id id, Number& halves) {
  if (is_number(id)) return number_of(id).sign() == 0;
  const Term parts = term(id);
  if (vertices_[parts.rest].op != Op::kPi) return false;
  halves = parts.coefficient;
  return true;
}

Id Graph::cosine_of_halves(Number halves) {
  // cos(π(r + 2)) = cos(πr) = cos(−πr) = −cos(π(1 − r)): the angle comes to [0, π/2].
  Number modulus;
  fmpz_mul_2exp(modulus.numerator(), halves.denominator(), 1);
  fmpz_fdiv_r(halves.numerator(), halves.numerator(), modulus.numerator());
  fmpq_canonicalise(halves.get());
  if ((halves - Number(1)).sign() > 0) halves = Number(2) - halves;
  if ((halves - Number(1, 2)).sign() > 0) return negate(cosine_of_halves(Number(1) - halves));
  const std::int64_t denominator = halves.bits() <= 16 ? fmpz_get_si(halves.denominator()) : 0;
  const bool is_first = fmpz_is_one(halves.numerator()) != 0;
  const auto root = [this](std::int64_t radicand) { return square_root(number(radicand)); };
  switch (denominator) {
    case 1:
      return number(1);
    case 2:
      return number(0);
    case 3:
      return number(1, 2);
    case 4:
      return scale(Number(1, 2), root(2));
    case 6:
      return scale(Number(1, 2), root(3));
    case 5:
      return scale(Number(1, 4), add(root(5), number(is_first ? 1 : -1)));
    case 12:
      return scale(Number(1, 4), add(root(6), scale(Number(is_first ? 1 : -1), root(2))));
    default:
      return intern(Op::kCos, {scale(halves, pi())});
  }
}

// Whether the first coefficient of a sum is negative: picks one of a and −a.
bool Graph::sum_is_negative(Id id) {
  const Vertex vertex = vertices_[id];
  if (vertex.op != Op::kAdd) return term(id).coefficient.sign() < 0;
  const Id first = child(id, is_number(child(id, 0)) ? 1 : 0);
  return term(first).coefficient.sign() < 0;
}

Id Graph::sine(Id id) {
  if (id == 0) return 0;
  Number halves;
  if (halves_of(id, halves)) return cosine_of_halves(halves - Number(1, 2));
  if (sum_is_negative(id)) return negate(sine(negate(id)));
  if (vertices_[id].op == Op::kArcsin) return child(id, 0);
  return intern(Op::kSin, {id});
}

Id Graph::cosine(Id id) {
  if (id == 0) return 0;
  Number halves;
  if (halves_of(id, halves)) return cosine_of_halves(halves);
  if (sum_is_negative(id)) return cosine(negate(id));
  return intern(Op::kCos, {id});
}

// The angle in [−π/2, π/2] whose sine or tangent is this value, if it is a nice one.
Id Graph::nice_angle(Id value, bool is_tangent) {
  static constexpr std::int64_t kAngles[][2] = {{0, 1},  {1, 12}, {1, 10}, {1, 6},  {1, 5}, {1, 4},
                                                {3, 10}, {1, 3},  {2, 5},  {5, 12}, {1, 2}};
  for (const auto& [numerator, denominator] : kAngles) {
    const Number halves(numerator, denominator);
    Id candidate = cosine_of_halves(halves - Number(1, 2));
    if (is_tangent) candidate = divide(candidate, cosine_of_halves(halves));
    if (candidate == 0) continue;
    if (candidate == value) return scale(halves, pi());
    if (negate(candidate) == value) return scale(-halves, pi());
  }
  return 0;
}

Id Graph::arcsine(Id id) {
  if (id == 0) return 0;
  if (sum_is_negative(id)) return negate(arcsine(negate(id)));
  if (is_constant(id)) {
    if (const Id angle = nice_angle(id, false); angle != 0) return angle;
  }
  return intern(Op::kArcsin, {id});
}

Id Graph::arctangent(Id id) {
  if (id == 0) return 0;
  if (vertices_[id].op == Op::kInfinity) return scale(Number(vertices_[id].payload == 0 ? 1 : -1, 2), pi());
  if (sum_is_negative(id)) return negate(arctangent(negate(id)));
  if (is_constant(id)) {
    if (const Id angle = nice_angle(id, true); angle != 0) return angle;
  }
  return intern(Op::kArctan, {id});
}

}  // namespace hone::rewards::math::scalar
