// Products: factors flattened, equal bases joined, numbers in front.
#include <algorithm>
#include <array>

#include "rewards/math/scalar/graph.h"
#include "rewards/math/scalar/limits.h"

namespace hone::rewards::math::scalar {

bool Graph::split(Id id, Number& coefficient, std::vector<Factor>& factors) {
  const Vertex vertex = vertices_[id];
  switch (vertex.op) {
    case Op::kUndefined:
    case Op::kInfinity:
      return false;
    case Op::kNumber:
    case Op::kScale:
      if (!affords(coefficient.bits() + number_of(id).bits())) return false;
      coefficient = coefficient * number_of(id);
      return vertex.op == Op::kNumber || split(child(id, 0), coefficient, factors);
    case Op::kMultiply:
      for (std::uint32_t i = 0; i < vertex.child_count; ++i) {
        if (!split(child(id, i), coefficient, factors)) return false;
      }
      return true;
    case Op::kPower:
      factors.push_back({child(id, 0), child(id, 1), id});
      return true;
    default:
      factors.push_back({id, number(1), id});
      return factors.back().exponent != 0;
  }
}

// b^m·b^n = b^{m+n}, except where b may be negative or complex and an exponent is broken: there a real root and a
// principal power may meet. A number keeps its rational and its symbolic exponents apart: 2·2^n has only one form.
bool Graph::can_merge(const Factor& left, const Factor& right) {
  if (left.base != right.base) return false;
  const bool left_number = is_number(left.exponent);
  const bool right_number = is_number(right.exponent);
  if (is_number(left.base) && left_number != right_number) return false;
  if (vertices_[left.base].op == Op::kEuler || vertices_[left.base].has_symbol) return true;
  if (left_number && right_number && number_of(left.exponent).is_integer() && number_of(right.exponent).is_integer()) {
    return true;
  }
  return sign(left.base) == Sign::kPositive;
}

// n!·(m!)^{-1} of numbers too large to compute, but near each other.
bool Graph::cancel_factorials(std::vector<Factor>& factors, Number& coefficient) {
  const auto argument = [this](const Factor& factor, std::int64_t exponent) -> const Number* {
    if (vertices_[factor.base].op != Op::kFactorial || !is_number(factor.exponent)) return nullptr;
    const Id inner = child(factor.base, 0);
    return number_of(factor.exponent).is(exponent) && is_number(inner) ? &number_of(inner) : nullptr;
  };
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const Number* top = argument(factors[i], 1);
    for (std::size_t j = 0; top != nullptr && j < factors.size(); ++j) {
      const Number* bottom = argument(factors[j], -1);
      if (bottom == nullptr) continue;
      const Number distance = *top - *bottom;
      if (!distance.is_small() || std::abs(distance.small()) > 1000 || top->bits() > 200) continue;
      Number product(1);
      const Number& low = distance.sign() > 0 ? *bottom : *top;
      for (std::int64_t k = 1; k <= std::abs(distance.small()); ++k) product = product * (low + Number(k));
      if (!work_.spend(200 * static_cast<std::uint64_t>(std::abs(distance.small())))) return false;
      coefficient = coefficient * (distance.sign() > 0 ? product : inverse(product));
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(std::max(i, j)));
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(std::min(i, j)));
      return cancel_factorials(factors, coefficient);
    }
  }
  return true;
}

// One pass of joining equal bases; true when a joined power fell apart into other factors and another pass is due.
bool Graph::merge(std::vector<Factor>& factors, Number& coefficient) {
  std::ranges::stable_sort(factors, {}, &Factor::base);
  std::vector<Factor> merged;
  merged.reserve(factors.size());
  for (const Factor& factor : factors) {
    bool is_joined = false;
    for (auto i = merged.rbegin(); i != merged.rend() && i->base == factor.base && !is_joined; ++i) {
      if (!can_merge(*i, factor)) continue;
      *i = {factor.base, add(i->exponent, factor.exponent), 0};
      is_joined = true;
    }
    if (!is_joined) merged.push_back(factor);
  }
  factors.clear();
  bool is_changed = false;
  for (Factor& factor : merged) {
    if (factor.whole == 0) {
      const Id whole = power(factor.base, factor.exponent);
      const Vertex& vertex = vertices_[whole];
      is_changed |= whole != factor.base && (vertex.op != Op::kPower || child(whole, 0) != factor.base);
      if (!split(whole, coefficient, factors)) coefficient = Number(0), factors.push_back({});
    } else {
      factors.push_back(factor);
    }
  }
  return is_changed;
}

Id Graph::infinite_product(std::span<const Id> factors) {
  int product = 1;
  bool is_infinite = false;
  for (const Id factor : factors) {
    if (factor == 0 || !is_constant(factor)) return 0;
    const Sign factor_sign = sign(factor);
    if (factor_sign == Sign::kZero || factor_sign == Sign::kUnknown) return 0;
    product *= static_cast<int>(factor_sign);
    is_infinite |= vertices_[factor].op == Op::kInfinity;
  }
  return is_infinite ? infinity(static_cast<Sign>(product)) : 0;
}

Id Graph::multiply(std::span<const Id> ids) {
  Number coefficient(1);
  std::vector<Factor> factors;
  factors.reserve(ids.size() + 2);
  for (const Id id : ids) {
    if (!split(id, coefficient, factors)) return infinite_product(ids);
  }
  for (int pass = 0; factors.size() > 1 && pass < 6 && merge(factors, coefficient); ++pass) {
  }
  for (const Factor& factor : factors) {
    if (factor.base == 0) return 0;
  }
  if (coefficient.sign() == 0) return number(0);
  if (factors.size() > 1 && !cancel_factorials(factors, coefficient)) return 0;
  if (factors.empty()) return number(coefficient);
  if (factors.size() == 1) return scale(coefficient, factors[0].whole);
  std::vector<Id> product;
  product.reserve(factors.size());
  for (const Factor& factor : factors) product.push_back(factor.whole);
  std::ranges::sort(product);
  return scaled(coefficient, intern(Op::kMultiply, 0, product));
}

Id Graph::multiply(Id left, Id right) {
  if (is_number(left)) return scale(number_of(left), right);
  if (is_number(right)) return scale(number_of(right), left);
  const Id both[] = {left, right};
  return multiply(both);
}

Id Graph::divide(Id left, Id right) {
  return multiply(left, power(right, number(-1)));
}

std::vector<PrimePower> small_factors(const Number& value) {
  static constexpr auto kPrimes = [] {
    std::array<std::uint16_t, 168> primes{};
    std::size_t count = 0;
    for (std::uint16_t candidate = 2; candidate < 1000; ++candidate) {
      bool is_prime = true;
      for (std::size_t i = 0; i < count && primes[i] * primes[i] <= candidate; ++i)
        is_prime &= candidate % primes[i] != 0;
      if (is_prime) primes[count++] = candidate;
    }
    return primes;
  }();
  std::vector<PrimePower> factors;
  for (const int direction : {1, -1}) {
    Number rest;
    fmpz_set(rest.numerator(), direction > 0 ? value.numerator() : value.denominator());
    for (const std::uint16_t prime : kPrimes) {
      if (fmpz_cmp_ui(rest.numerator(), static_cast<ulong>(prime) * prime) < 0) break;
      std::int64_t count = 0;
      for (; fmpz_divisible_si(rest.numerator(), prime) != 0; ++count) {
        fmpz_divexact_ui(rest.numerator(), rest.numerator(), prime);
      }
      if (count > 0) factors.push_back({Number(prime), count * direction});
    }
    if (rest.is(1)) continue;
    Number root;
    const int exponent = rest.bits() < 20 ? 0 : fmpz_is_perfect_power(root.numerator(), rest.numerator());
    factors.push_back(exponent > 1 ? PrimePower{root, exponent * direction} : PrimePower{rest, direction});
  }
  return factors;
}

}  // namespace hone::rewards::math::scalar
