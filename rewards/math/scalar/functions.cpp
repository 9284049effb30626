// Functions that jump or need whole numbers; of constants they are computed, of symbols they stay.
#include <algorithm>
#include <array>

#include "rewards/math/scalar/balls.h"
#include "rewards/math/scalar/graph.h"
#include "rewards/math/scalar/limits.h"

namespace hone::rewards::math::scalar {

Id Graph::absolute(Id id) {
  if (id == 0) return 0;
  if (vertices_[id].op == Op::kInfinity) return infinity(Sign::kPositive);
  if (is_constant(id)) {
    const Sign id_sign = sign(id);
    if (id_sign != Sign::kUnknown) return id_sign == Sign::kNegative ? negate(id) : id;
    if (enclosure(id).is_real()) return 0;
    return square_root(multiply(id, conjugate(id)));
  }
  if (vertices_[id].op == Op::kScale) {
    const Number size = number_of(id).sign() < 0 ? -number_of(id) : number_of(id);
    return scale(size, absolute(child(id, 0)));
  }
  if (vertices_[id].op == Op::kAbsolute) return id;
  return intern(Op::kAbsolute, {sum_is_negative(id) ? negate(id) : id});
}

Id Graph::floor(Id id) {
  if (id == 0 || vertices_[id].op == Op::kInfinity) return 0;
  Number whole;
  if (is_number(id)) {
    fmpz_fdiv_q(whole.numerator(), number_of(id).numerator(), number_of(id).denominator());
    return number(whole);
  }
  if (!is_constant(id)) return intern(Op::kFloor, {id});
  for (const long precision : {64L, 256L, 2048L}) {
    const Ball ball = evaluate_constant(*this, id, precision);
    if (!ball.is_real() || !ball.is_finite()) return 0;
    if (is_beyond(ball, kMaxFloorBits)) return 0;
    Ball floored;
    arb_floor(floored.real(), ball.real(), precision);
    if (arb_get_unique_fmpz(whole.numerator(), floored.real()) != 0) return number(whole);
    // The value may be whole itself, which balls never show.
    Number nearest;
    arf_get_fmpz(nearest.numerator(), arb_midref(ball.real()), ARF_RND_NEAR);
    if (is_zero(subtract(id, number(nearest)))) return number(nearest);
  }
  return 0;
}

Id Graph::sign_of(Id id) {
  if (id == 0) return 0;
  if (!is_constant(id)) return intern(Op::kSign, {id});
  const Sign id_sign = sign(id);
  return id_sign == Sign::kUnknown ? 0 : number(static_cast<std::int64_t>(id_sign));
}

Id Graph::conjugate(Id id) {
  if (id == 0) return 0;
  const Vertex vertex = vertices_[id];
  if (!vertex.has_imaginary) {
    if (vertex.has_symbol || enclosure(id).is_real()) return id;
  }
  std::vector<Id> parts(children(id).begin(), children(id).end());
  switch (vertex.op) {
    case Op::kImaginary:
      return negate(id);
    case Op::kScale:
      return scale(number_of(id), conjugate(parts[0]));
    case Op::kAdd:
    case Op::kMultiply:
      for (Id& part : parts) part = conjugate(part);
      return vertex.op == Op::kAdd ? add(parts) : multiply(parts);
    case Op::kPower:
      if (vertices_[parts[0]].op == Op::kEuler) return power(parts[0], conjugate(parts[1]));
      if (is_number(parts[1]) && number_of(parts[1]).is_integer()) return power(conjugate(parts[0]), parts[1]);
      break;
    default:
      break;
  }
  return intern(Op::kConjugate, {id});
}

Id Graph::real_part(Id id) {
  if (id == 0) return 0;
  if (is_constant(id) && enclosure(id).is_real()) return id;
  return scale(Number(1, 2), add(id, conjugate(id)));
}

Id Graph::imaginary_part(Id id) {
  return scale(Number(-1, 2), multiply(imaginary(), subtract(id, conjugate(id))));
}

Id Graph::argument(Id id) {
  if (id == 0) return 0;
  if (!is_constant(id)) return intern(Op::kArgument, {id});
  const Sign id_sign = sign(id);
  if (id_sign == Sign::kPositive) return number(0);
  if (id_sign == Sign::kNegative) return pi();
  if (id_sign == Sign::kZero) return 0;
  return negate(multiply(imaginary(), logarithm(divide(id, absolute(id)))));
}

Id Graph::gcd(Id left, Id right) {
  if (is_number(left) && is_number(right)) {
    if (!number_of(left).is_integer() || !number_of(right).is_integer()) return 0;
    Number divisor;
    fmpz_gcd(divisor.numerator(), number_of(left).numerator(), number_of(right).numerator());
    return number(divisor);
  }
  return intern(Op::kGcd, {std::min(left, right), std::max(left, right)});
}

// a − b·⌊a/b⌋, as for whole numbers.
Id Graph::modulo(Id left, Id right) {
  if (is_constant(left) && is_constant(right)) return subtract(left, multiply(right, floor(divide(left, right))));
  return intern(Op::kMod, {left, right});
}

Id Graph::maximum(Id left, Id right) {
  if (left == right) return left;
  if (is_constant(left) && is_constant(right)) {
    const Sign difference = sign(subtract(left, right));
    if (difference == Sign::kUnknown) return 0;
    return difference == Sign::kNegative ? right : left;
  }
  return intern(Op::kMax, {std::min(left, right), std::max(left, right)});
}

Id Graph::factorial(Id id) {
  if (id == 0) return 0;
  if (is_number(id)) {
    const Number& value = number_of(id);
    if (!value.is_integer() || value.sign() < 0) return 0;
    if (!value.is_small() || value.small() > kMaxFactorial) return intern(Op::kFactorial, {id});
    Number product;
    if (!work_.spend(20 + static_cast<std::uint64_t>(value.small()) * 40)) return 0;
    fmpz_fac_ui(product.numerator(), static_cast<ulong>(value.small()));
    return number(std::move(product));
  }
  // (n + k)! = (n + k)⋯(n + 1)·n! for a small whole k.
  if (vertices_[id].op == Op::kAdd && is_number(child(id, 0))) {
    const Number shift = number_of(child(id, 0));
    if (shift.is_small() && std::abs(shift.small()) <= 12) {
      const Id rest = add(id, number(-shift));
      std::vector<Id> factors = {intern(Op::kFactorial, {rest})};
      for (std::int64_t k = shift.small(); k > 0; --k) factors.push_back(add(rest, number(k)));
      for (std::int64_t k = shift.small() + 1; k <= 0; ++k) factors.push_back(power(add(rest, number(k)), number(-1)));
      return multiply(factors);
    }
  }
  return intern(Op::kFactorial, {id});
}

Id Graph::binomial(Id n, Id k) {
  if (n == 0 || k == 0) return 0;
  if (is_number(k) && number_of(k).is_integer() && number_of(k).sign() < 0) return number(0);
  if (is_number(n) && is_number(k) && number_of(n).is_integer() && number_of(n).sign() >= 0) {
    if (!number_of(k).is_integer()) return 0;
    if ((number_of(n) - number_of(k)).sign() < 0) return number(0);
    const Number other = number_of(n) - number_of(k);
    if ((other - number_of(k)).sign() < 0) return binomial(n, number(other));
  }
  if (is_number(n) && is_number(k) && number_of(n).is_small() && number_of(n).sign() >= 0 &&
      number_of(k).small() <= kMaxFactorial) {
    Number result;
    if (!work_.spend(100 + 50 * static_cast<std::uint64_t>(number_of(k).small()))) return 0;
    fmpz_bin_uiui(result.numerator(), static_cast<ulong>(number_of(n).small()),
                  static_cast<ulong>(number_of(k).small()));
    return number(std::move(result));
  }
  if (is_number(k) && number_of(k).is_small() && number_of(k).small() <= 12) {
    const std::int64_t count = number_of(k).small();
    Id product = number(1);
    for (std::int64_t i = 0; i < count; ++i) product = multiply(product, add(n, number(-i)));
    return divide(product, factorial(k));
  }
  const std::array<Id, 3> factors = {factorial(n), power(factorial(k), number(-1)),
                                     power(factorial(subtract(n, k)), number(-1))};
  return multiply(factors);
}

Id Graph::named(std::string_view text, std::span<const Id> arguments) {
  return intern(Op::kNamed, name(text), arguments);
}

}  // namespace hone::rewards::math::scalar
