#include "rewards/math/scalar/balls.h"

#include <algorithm>

namespace hone::rewards::math::scalar {
namespace {

constexpr long kMaxExponentBits = 40;  // e^{2^40} is still cheap to enclose, beyond that nobody asks

void set_unknown(Ball& ball) {
  acb_indeterminate(ball.get());
}

}  // namespace

bool is_beyond(const Ball& ball, long bits) {
  mag_t size;
  mag_init(size);
  acb_get_mag(size, ball.get());
  const bool is_large = mag_cmp_2exp_si(size, bits) > 0;
  mag_clear(size);
  return is_large;
}

namespace {

constexpr long kMaxGammaBits = 1024;  // its cost grows with the square
constexpr std::uint64_t kMaxExactBits = 4096;

void set_number(const Number& number, long precision, Ball& result) {
  // A whole number stays exact where it may be the argument of a sine: sin(10^100) needs all its bits.
  if (number.is_integer() && fmpz_bits(number.numerator()) <= kMaxExactBits) {
    return acb_set_fmpz(result.get(), number.numerator());
  }
  acb_set_round_fmpz(result.get(), number.numerator(), precision);
  if (!number.is_integer()) arb_fmpz_div_fmpz(result.real(), number.numerator(), number.denominator(), precision);
}

void exponential(const Ball& exponent, long precision, Ball& result) {
  if (is_beyond(exponent, kMaxExponentBits)) return set_unknown(result);
  acb_exp(result.get(), exponent.get(), precision);
}

void logarithm(const Ball& value, const Evaluation& evaluation, Ball& result) {
  if (evaluation.is_real_only && !value.is_positive()) return set_unknown(result);
  acb_log(result.get(), value.get(), evaluation.precision);
}

void principal_power(const Ball& base, const Ball& exponent, const Evaluation& evaluation, Ball& result) {
  Ball product;
  logarithm(base, evaluation, product);
  acb_mul(product.get(), product.get(), exponent.get(), evaluation.precision);
  exponential(product, evaluation.precision, result);
}

// base^{p/q}, q > 1.
void root_power(const Ball& base, const Number& exponent, const Evaluation& evaluation, Ball& result) {
  const bool is_odd_root = fmpz_is_odd(exponent.denominator()) != 0;
  const bool is_small = fmpz_cmp_ui(exponent.denominator(), 64) <= 0 && fmpz_bits(exponent.numerator()) <= 40;
  const long precision = evaluation.precision;
  if (base.is_real() && arb_is_zero(base.real()) != 0) {
    return exponent.sign() > 0 ? acb_zero(result.get()) : set_unknown(result);
  }
  if (base.is_positive() && is_small) {
    arb_zero(result.imaginary());
    arb_root_ui(result.real(), base.real(), fmpz_get_ui(exponent.denominator()), precision);
    if (fmpz_is_one(exponent.numerator()) == 0) {
      arb_pow_fmpz(result.real(), result.real(), exponent.numerator(), precision);
    }
    return;
  }
  if (base.is_negative() && is_odd_root) {
    Ball size;
    acb_neg(size.get(), base.get());
    root_power(size, exponent, evaluation, result);
    if (fmpz_is_odd(exponent.numerator()) != 0) acb_neg(result.get(), result.get());
    return;
  }
  // A real root and the principal one differ, so the side has to be known.
  if (is_odd_root && !base.is_positive() && arb_contains_zero(base.imaginary()) != 0) return set_unknown(result);
  Ball exponent_ball;
  set_number(exponent, precision, exponent_ball);
  principal_power(base, exponent_ball, evaluation, result);
}

void power(const Graph& graph, Id id, const Evaluation& evaluation, const std::vector<Ball>& values, Ball& result) {
  const Id exponent = graph.child(id, 1);
  const Id base_id = graph.child(id, 0);
  if (graph[base_id].op == Op::kEuler) return exponential(values[exponent], evaluation.precision, result);
  const Ball& base = values[base_id];
  const Ball& exponent_ball = values[exponent];
  if (graph.is_number(exponent)) {
    const Number& number = graph.number_of(exponent);
    if (!number.is_integer()) return root_power(base, number, evaluation, result);
    if (fmpz_bits(number.numerator()) > 62) return set_unknown(result);
    return acb_pow_fmpz(result.get(), base.get(), number.numerator(), evaluation.precision);
  }
  Number whole;
  if (acb_is_exact(exponent_ball.get()) != 0 && !is_beyond(exponent_ball, 40) &&
      acb_get_unique_fmpz(whole.numerator(), exponent_ball.get()) != 0) {
    if (whole.sign() == 0 && acb_contains_zero(base.get()) != 0) return set_unknown(result);
    return acb_pow_fmpz(result.get(), base.get(), whole.numerator(), evaluation.precision);
  }
  if (acb_is_zero(base.get()) != 0) {
    return exponent_ball.is_positive() ? acb_zero(result.get()) : set_unknown(result);
  }
  principal_power(base, exponent_ball, evaluation, result);
}

// Γ(x + 1); at real x only, where its cost is known.
void factorial(const Ball& value, long precision, Ball& result) {
  if (!value.is_real() || precision > kMaxGammaBits || is_beyond(value, kMaxExponentBits)) return set_unknown(result);
  arb_zero(result.imaginary());
  arb_add_ui(result.real(), value.real(), 1, precision);
  arb_gamma(result.real(), result.real(), precision);
}

void floor_of(const Ball& value, long precision, Ball& result) {
  Number whole;
  if (!value.is_real() || is_beyond(value, precision)) return set_unknown(result);
  arb_floor(result.real(), value.real(), precision);
  arb_zero(result.imaginary());
  if (arb_get_unique_fmpz(whole.numerator(), result.real()) == 0) set_unknown(result);
}

void gcd(const Ball& left, const Ball& right, long precision, Ball& result) {
  Number left_whole, right_whole;
  if (is_beyond(left, precision) || is_beyond(right, precision) ||
      acb_get_unique_fmpz(left_whole.numerator(), left.get()) == 0 || acb_is_exact(left.get()) == 0 ||
      acb_get_unique_fmpz(right_whole.numerator(), right.get()) == 0 || acb_is_exact(right.get()) == 0) {
    return set_unknown(result);
  }
  fmpz_gcd(left_whole.numerator(), left_whole.numerator(), right_whole.numerator());
  acb_set_fmpz(result.get(), left_whole.numerator());
}

void modulo(const Ball& left, const Ball& right, long precision, Ball& result) {
  Ball quotient;
  acb_div(quotient.get(), left.get(), right.get(), precision);
  Ball whole;
  floor_of(quotient, precision, whole);
  acb_mul(whole.get(), whole.get(), right.get(), precision);
  acb_sub(result.get(), left.get(), whole.get(), precision);
}

void sign_of(const Ball& value, Ball& result) {
  if (value.is_positive()) return acb_one(result.get());
  if (value.is_negative()) return acb_set_si(result.get(), -1);
  if (acb_is_zero(value.get()) != 0) return acb_zero(result.get());
  set_unknown(result);
}

// The value of a function that only has a name, the same wherever the name and the arguments are.
void named(const Graph& graph, Id id, const Evaluation& evaluation, Ball& result) {
  std::uint64_t state = evaluation.seed * 0x9E3779B97F4A7C15ULL + graph[id].payload + 1;
  for (const Id child : graph.children(id)) state = (state ^ child) * 0xD6E8FEB86659FD93ULL + 0x1234567;
  state ^= state >> 32;
  acb_set_si(result.get(), static_cast<long>(state & 0x1FFFFF) - 0x100000 + 1);  // of either sign: |f(x)| is not f(x)
  acb_mul_2exp_si(result.get(), result.get(), -18);
}

void sine_or_cosine(Op op, const Ball& value, long precision, Ball& result) {
  if (is_beyond(value, 2 * static_cast<long>(kMaxExactBits))) return set_unknown(result);
  if (arb_is_zero(value.imaginary()) == 0 && is_beyond(value, kMaxExponentBits)) return set_unknown(result);
  op == Op::kSin ? acb_sin(result.get(), value.get(), precision) : acb_cos(result.get(), value.get(), precision);
}

void function(const Graph& graph, Id id, const Evaluation& evaluation, const std::vector<Ball>& values, Ball& result) {
  const Ball& argument = values[graph.child(id, 0)];
  const long precision = evaluation.precision;
  switch (graph[id].op) {
    case Op::kLog:
      return logarithm(argument, evaluation, result);
    case Op::kSin:
    case Op::kCos:
      return sine_or_cosine(graph[id].op, argument, precision, result);
    case Op::kArcsin:
      acb_asin(result.get(), argument.get(), precision);
      if (evaluation.is_real_only && !result.is_real()) set_unknown(result);
      return;
    case Op::kArctan:
      return acb_atan(result.get(), argument.get(), precision);
    case Op::kAbsolute:
      arb_zero(result.imaginary());
      return acb_abs(result.real(), argument.get(), precision);
    case Op::kFloor:
      return floor_of(argument, precision, result);
    case Op::kSign:
      return sign_of(argument, result);
    case Op::kConjugate:
      return acb_conj(result.get(), argument.get());
    case Op::kArgument:
      arb_zero(result.imaginary());
      return acb_arg(result.real(), argument.get(), precision);
    case Op::kFactorial:
      return factorial(argument, precision, result);
    case Op::kGcd:
      return gcd(argument, values[graph.child(id, 1)], precision, result);
    case Op::kMod:
      return modulo(argument, values[graph.child(id, 1)], precision, result);
    case Op::kMax: {
      const Ball& other = values[graph.child(id, 1)];
      if (!argument.is_real() || !other.is_real()) return set_unknown(result);
      arb_zero(result.imaginary());
      return arb_max(result.real(), argument.real(), other.real(), precision);
    }
    default:
      return set_unknown(result);
  }
}

std::uint64_t cost(const Graph& graph, Id id, long precision) {
  const auto words = static_cast<std::uint64_t>(precision) / 64 + 1;
  switch (graph[id].op) {
    case Op::kScale:
    case Op::kAdd:
    case Op::kMultiply:
      return (20 + words * (words < 64 ? 4 : words / 8)) * (graph[id].child_count + 1);
    case Op::kSymbol:
    case Op::kNumber:
      return 20 + words;
    case Op::kFactorial:
      return 2000 * words;
    default:
      return 200 + 60 * words + words * words * 2;
  }
}

}  // namespace

void evaluate_vertex(const Graph& graph, Id id, const Evaluation& evaluation, const std::vector<Ball>& values,
                     Ball& result) {
  const long precision = evaluation.precision;
  if (!graph.work().spend(cost(graph, id, precision))) return set_unknown(result);
  const auto children = graph.children(id);
  switch (graph[id].op) {
    case Op::kNumber:
      return set_number(graph.number_of(id), precision, result);
    case Op::kSymbol:
      return graph[id].payload < evaluation.symbols.size()
                 ? acb_set(result.get(), evaluation.symbols[graph[id].payload].get())
                 : set_unknown(result);
    case Op::kPi:
      arb_zero(result.imaginary());
      return arb_const_pi(result.real(), precision);
    case Op::kEuler:
      arb_zero(result.imaginary());
      return arb_const_e(result.real(), precision);
    case Op::kImaginary:
      return acb_onei(result.get());
    case Op::kScale: {
      const Number& number = graph.number_of(id);
      acb_mul_fmpz(result.get(), values[children[0]].get(), number.numerator(), precision);
      if (!number.is_integer()) acb_div_fmpz(result.get(), result.get(), number.denominator(), precision);
      return;
    }
    case Op::kAdd:
      acb_add(result.get(), values[children[0]].get(), values[children[1]].get(), precision);
      for (std::size_t i = 2; i < children.size(); ++i) {
        acb_add(result.get(), result.get(), values[children[i]].get(), precision);
      }
      return;
    case Op::kMultiply:
      acb_mul(result.get(), values[children[0]].get(), values[children[1]].get(), precision);
      for (std::size_t i = 2; i < children.size(); ++i) {
        acb_mul(result.get(), result.get(), values[children[i]].get(), precision);
      }
      return;
    case Op::kPower:
      return power(graph, id, evaluation, values, result);
    case Op::kNamed:
      return named(graph, id, evaluation, result);
    case Op::kUndefined:
    case Op::kInfinity:
      return set_unknown(result);
    default:
      return function(graph, id, evaluation, values, result);
  }
}

long magnitude_bits(const Ball& ball) {
  mag_t size;
  mag_init(size);
  acb_get_mag(size, ball.get());
  long bits = 1L << 40;
  if (mag_is_finite(size) != 0 && fmpz_bits(MAG_EXPREF(size)) < 40) {
    bits = mag_is_zero(size) != 0 ? -(1L << 40) : fmpz_get_si(MAG_EXPREF(size));
  }
  mag_clear(size);
  return bits;
}

Evaluator::Evaluator(const Graph& graph, std::initializer_list<Id> roots) : graph_(graph), values_(graph.size()) {
  std::vector<bool> is_met(graph.size());
  std::vector<Id> open(roots);
  while (!open.empty()) {
    const Id id = open.back();
    open.pop_back();
    if (is_met[id]) continue;
    is_met[id] = true;
    order_.push_back(id);
    const auto children = graph.children(id);
    open.insert(open.end(), children.begin(), children.end());
  }
  std::ranges::sort(order_);  // a child is always older than its parent
}

void Evaluator::run(const Evaluation& evaluation) {
  for (const Id id : order_) evaluate_vertex(graph_, id, evaluation, values_, values_[id]);
}

Ball evaluate_constant(const Graph& graph, Id id, long precision) {
  Evaluator evaluator(graph, {id});
  evaluator.run({.precision = precision});
  return evaluator.value(id);
}

}  // namespace hone::rewards::math::scalar
