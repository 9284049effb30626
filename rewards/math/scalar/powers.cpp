// Powers: of numbers folded or split into powers of primes, of products distributed where that is always right.
#include <algorithm>

#include "rewards/math/scalar/graph.h"
#include "rewards/math/scalar/limits.h"

namespace hone::rewards::math::scalar {
namespace {

bool has_odd_denominator(const Number& number) {
  return fmpz_is_odd(number.denominator()) != 0;
}
bool is_odd(const Number& number) {
  return fmpz_is_odd(number.numerator()) != 0;
}

Number power_of(const Number& base, std::int64_t exponent) {
  Number result;
  fmpq_pow_si(result.get(), base.get(), exponent);
  return result;
}

}  // namespace

Id Graph::power(Id base, Id exponent) {
  if (base == 0 || exponent == 0 || nested_powers_ > kMaxNestedPowers || !work_.spend(20)) return 0;
  ++nested_powers_;
  const Id result = simplified_power(base, exponent);
  --nested_powers_;
  return result;
}

Id Graph::simplified_power(Id base, Id exponent) {
  const Op op = vertices_[base].op;
  if (op == Op::kInfinity || vertices_[exponent].op == Op::kInfinity) {
    return op == Op::kInfinity && vertices_[base].payload == 0 && sign(exponent) == Sign::kPositive ? base : 0;
  }
  if (is_number(exponent)) {
    const Number& value = number_of(exponent);
    if (value.sign() == 0) return is_number(base) && number_of(base).sign() == 0 ? 0 : number(1);
    if (value.is(1)) return base;
    if (op == Op::kEuler) return intern(Op::kPower, {base, exponent});
    return value.is_integer() ? integer_power(base, value) : fractional_power(base, exponent);
  }
  if (is_number(base) && number_of(base).is(1)) return base;
  return op == Op::kEuler ? power_of_e(exponent) : symbolic_power(base, exponent);
}

// What is too large to compute stays a power, of a base that is no power itself.
Id Graph::number_to_integer(Id base, const Number& exponent) {
  const Number& value = number_of(base);
  if (value.sign() == 0) return exponent.sign() > 0 ? base : 0;
  if (value.is(1)) return base;
  if (value.is(-1)) return number(is_odd(exponent) ? -1 : 1);
  if (exponent.is_small()) {
    const auto size = static_cast<std::uint64_t>(std::abs(exponent.small()));
    const std::uint64_t bits = std::max(fmpz_bits(value.numerator()), fmpz_bits(value.denominator()));
    if (size * bits <= kMaxNumberBits) return affords(2 * size * bits) ? number(power_of(value, exponent.small())) : 0;
  }
  if (value.sign() < 0) {
    const Id size = power(number(-value), number(exponent));
    return is_odd(exponent) ? negate(size) : size;
  }
  Number root;
  const int degree = value.is_integer() && value.bits() <= kMaxFactoredBits
                         ? fmpz_is_perfect_power(root.numerator(), value.numerator())
                         : 0;
  if (degree > 1) return intern(Op::kPower, {number(root), number(exponent * Number(degree))});
  return intern(Op::kPower, {base, number(exponent)});
}

Id Graph::integer_power(Id base, const Number& exponent) {
  const Vertex vertex = vertices_[base];
  switch (vertex.op) {
    case Op::kNumber:
      return number_to_integer(base, exponent);
    case Op::kScale:
      return multiply(number_to_integer(number(number_of(base)), exponent), power(child(base, 0), number(exponent)));
    case Op::kMultiply: {
      std::vector<Id> factors(children(base).begin(), children(base).end());
      for (Id& factor : factors) factor = power(factor, number(exponent));
      return multiply(factors);
    }
    case Op::kImaginary: {
      const ulong turns = fmpz_fdiv_ui(exponent.numerator(), 4);
      if (turns % 2 == 0) return number(turns == 0 ? 1 : -1);
      return turns == 1 ? base : negate(base);
    }
    case Op::kAbsolute:
      if (!is_odd(exponent) && !vertex.has_imaginary) return power(child(base, 0), number(exponent));
      break;
    case Op::kPower: {
      const Id inner = child(base, 0);
      const Id inner_exponent = child(base, 1);
      if (!is_number(inner_exponent)) return power(inner, scale(exponent, inner_exponent));
      const Number product = exponent * number_of(inner_exponent);
      // (a^{1/6})^2 is a^{1/3} unless a < 0, whose real root differs from the principal one.
      const bool keeps_kind = has_odd_denominator(product) == has_odd_denominator(number_of(inner_exponent));
      if (keeps_kind || vertices_[inner].has_symbol || product.is_integer() || sign(inner) == Sign::kPositive) {
        return power(inner, number(product));
      }
      break;
    }
    default:
      break;
  }
  return intern(Op::kPower, {base, number(exponent)});
}

// base^exponent of positive numbers as a product of roots of primes, each exponent between 0 and 1.
Id Graph::radical(const Number& base, const Number& exponent) {
  const bool is_large = base.bits() > kMaxFactoredBits || exponent.bits() > 40;
  if (is_large || !work_.spend(400 + base.bits() * 10)) return intern(Op::kPower, {number(base), number(exponent)});
  Number coefficient(1);
  std::vector<Id> roots;
  for (const PrimePower& factor : small_factors(base)) {
    const Number total = exponent * Number(factor.exponent);
    Number whole;
    fmpz_fdiv_q(whole.numerator(), total.numerator(), total.denominator());
    const Number rest = total - whole;
    const std::uint64_t bits = factor.base.bits() * static_cast<std::uint64_t>(std::abs(whole.small()));
    if (!whole.is_small() || bits > kMaxNumberBits || !affords(2 * bits)) return 0;
    coefficient = coefficient * power_of(factor.base, whole.small());
    if (rest.sign() != 0) roots.push_back(intern(Op::kPower, {number(factor.base), number(rest)}));
  }
  if (roots.empty()) return number(coefficient);
  std::ranges::sort(roots);
  return scale(coefficient, roots.size() == 1 ? roots[0] : intern(Op::kMultiply, 0, roots));
}

// Roots of odd index are real, others principal: (-8)^{1/3} = -2, (-4)^{1/2} = 2i.
Id Graph::number_to_fraction(const Number& base, const Number& exponent) {
  if (base.sign() == 0) return exponent.sign() > 0 ? number(0) : 0;
  if (base.sign() > 0) return base.is(1) ? number(1) : radical(base, exponent);
  const Id size = number_to_fraction(-base, exponent);
  if (has_odd_denominator(exponent)) return is_odd(exponent) ? negate(size) : size;
  return multiply(turn(exponent), size);
}

Id Graph::constant_to_fraction(Id base, Id exponent) {
  const Number& value = number_of(exponent);
  const Vertex vertex = vertices_[base];
  switch (sign(base)) {
    case Sign::kZero:
      return value.sign() > 0 ? number(0) : 0;
    case Sign::kNegative: {
      const Id size = power(negate(base), exponent);
      if (has_odd_denominator(value)) return is_odd(value) ? negate(size) : size;
      return multiply(turn(value), size);
    }
    case Sign::kUnknown:
      return intern(Op::kPower, {base, exponent});
    case Sign::kPositive:
      break;
  }
  if (vertex.op == Op::kScale && number_of(base).sign() > 0) {
    return multiply(number_to_fraction(number_of(base), value), power(child(base, 0), exponent));
  }
  if (vertex.op == Op::kPower && sign(child(base, 0)) == Sign::kPositive && enclosure(child(base, 1)).is_real()) {
    return power(child(base, 0), scale(value, child(base, 1)));
  }
  if (vertex.op == Op::kMultiply) {
    std::vector<Id> factors(children(base).begin(), children(base).end());
    if (std::ranges::all_of(factors, [this](Id id) { return sign(id) == Sign::kPositive; })) {
      for (Id& factor : factors) factor = power(factor, exponent);
      return multiply(factors);
    }
  }
  return intern(Op::kPower, {base, exponent});
}

Id Graph::function_to_fraction(Id base, Id exponent) {
  const Number& value = number_of(exponent);
  const Vertex vertex = vertices_[base];
  const bool is_real_root = has_odd_denominator(value) && !vertex.has_imaginary;
  if (vertex.op == Op::kScale) {
    const Number& factor = number_of(base);
    if (factor.sign() > 0 || is_real_root) {
      return multiply(number_to_fraction(factor, value), power(child(base, 0), exponent));
    }
    if (!factor.is(-1)) return multiply(number_to_fraction(-factor, value), power(negate(child(base, 0)), exponent));
  }
  if (vertex.op == Op::kPower) {
    const Id inner = child(base, 0);
    const Id inner_exponent = child(base, 1);
    const bool is_positive = vertices_[inner].op == Op::kEuler || sign(inner) == Sign::kPositive;
    const bool is_inverse = is_number(inner_exponent) && number_of(inner_exponent).is(-1);
    const bool is_whole = is_number(inner_exponent) && number_of(inner_exponent).is_integer();
    if (!vertex.has_imaginary && (is_positive || is_inverse || (is_real_root && is_whole))) {
      return power(inner, scale(value, inner_exponent));
    }
  }
  if (vertex.op == Op::kMultiply && is_real_root) {
    std::vector<Id> factors(children(base).begin(), children(base).end());
    for (Id& factor : factors) factor = power(factor, exponent);
    return multiply(factors);
  }
  return intern(Op::kPower, {base, exponent});
}

Id Graph::fractional_power(Id base, Id exponent) {
  if (is_number(base)) return number_to_fraction(number_of(base), number_of(exponent));
  return is_constant(base) ? constant_to_fraction(base, exponent) : function_to_fraction(base, exponent);
}

// 12^n is 2^{2n}·3^n; the constant part of an exponent is split off: 2^{n+1} is 2·2^n.
Id Graph::number_to_symbolic(const Number& base, Id exponent) {
  if (base.sign() == 0) return 0;
  if (base.sign() < 0 && !base.is(-1)) {
    return multiply(number_to_symbolic(-base, exponent), number_to_symbolic(Number(-1), exponent));
  }
  if (vertices_[exponent].op == Op::kAdd && is_number(child(exponent, 0))) {
    const Number constant = number_of(child(exponent, 0));
    if (!base.is(-1) || constant.is_integer()) {
      const Id rest = add(exponent, number(-constant));
      return multiply(power(number(base), number(constant)), power(number(base), rest));
    }
  }
  if (base.is(-1) || base.bits() > kMaxFactoredBits) return intern(Op::kPower, {number(base), exponent});
  std::vector<Id> factors;
  const std::vector<PrimePower> primes = small_factors(base);
  if (primes.size() == 1 && primes[0].exponent == 1) return intern(Op::kPower, {number(base), exponent});
  for (const PrimePower& prime : primes) {
    factors.push_back(number_to_symbolic(prime.base, scale(Number(prime.exponent), exponent)));
  }
  return multiply(factors);
}

Id Graph::symbolic_power(Id base, Id exponent) {
  const Vertex vertex = vertices_[base];
  if (is_constant(base) && is_constant(exponent)) {
    if (sign(base) == Sign::kZero) return sign(exponent) == Sign::kPositive ? number(0) : 0;
    return power_of_e(multiply(exponent, logarithm(base)));
  }
  if (vertex.op == Op::kNumber) return number_to_symbolic(number_of(base), exponent);
  if (vertex.op == Op::kScale && number_of(base).sign() > 0) {
    return multiply(number_to_symbolic(number_of(base), exponent), power(child(base, 0), exponent));
  }
  if (vertex.op == Op::kPower && !vertex.has_imaginary) {
    const Id inner = child(base, 0);
    if (vertices_[inner].op == Op::kEuler || sign(inner) == Sign::kPositive) {
      return power(inner, multiply(child(base, 1), exponent));
    }
  }
  return intern(Op::kPower, {base, exponent});
}

}  // namespace hone::rewards::math::scalar
