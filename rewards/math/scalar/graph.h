#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/math/scalar/ball.h"
#include "rewards/math/scalar/number.h"
#include "rewards/math/work.h"

namespace hone::rewards::math::scalar {

using Id = std::uint32_t;

/// What a vertex is. The graph writes everything else with these: a quotient is a power, a root is a power, sinh is
/// made of powers of e, tan of sin and cos.
enum class Op : std::uint8_t {
  kUndefined,  // 1/0, log 0, ∞ − ∞, and what the caps refused: never equal to anything
  kInfinity,   // payload 0: +∞, 1: −∞
  kNumber,     // payload: index of the number
  kSymbol,     // payload: index of the name
  kPi,
  kEuler,
  kImaginary,
  kScale,     // payload: index of the number, neither 0 nor 1; [a], neither a number, a scale nor a sum
  kAdd,       // [a, b, …] sorted; at most one number, which stands first
  kMultiply,  // [a, b, …] sorted; no numbers, sums stay as they are
  kPower,     // [a, b]: the principal power; the real one where a is negative and b has an odd denominator
  kLog,
  kSin,
  kCos,
  kArcsin,
  kArctan,
  kAbsolute,
  kFloor,
  kSign,
  kConjugate,
  kArgument,
  kGcd,
  kMod,
  kMax,
  kFactorial,
  kNamed,  // payload: index of the name
};

struct Vertex {
  Op op = Op::kUndefined;
  bool has_symbol = false;
  bool has_imaginary = false;
  std::uint8_t depth = 0;
  std::uint32_t payload = 0;
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
};

enum class Sign : std::int8_t { kNegative = -1, kZero = 0, kPositive = 1, kUnknown = 2 };

/// Formulas as one graph, in which equal vertices are one: what the constructors bring to the same form is the same id.
/// They fold numbers, collect like terms and factors, split roots and logarithms of numbers into those of primes, and
/// know the nice angles. That decides most pairs; what it leaves is for the rungs above.
class Graph {
 public:
  explicit Graph(Work& work);

  [[nodiscard]] const Vertex& operator[](Id id) const { return vertices_[id]; }
  [[nodiscard]] std::span<const Id> children(Id id) const {
    return {children_.data() + vertices_[id].first_child, vertices_[id].child_count};
  }
  [[nodiscard]] Id child(Id id, std::size_t index) const { return children_[vertices_[id].first_child + index]; }
  [[nodiscard]] const Number& number_of(Id id) const { return numbers_[vertices_[id].payload]; }
  [[nodiscard]] std::string_view name_of(Id id) const { return names_[vertices_[id].payload]; }
  [[nodiscard]] std::size_t size() const { return vertices_.size(); }
  [[nodiscard]] Work& work() const { return work_; }

  [[nodiscard]] bool is_number(Id id) const { return vertices_[id].op == Op::kNumber; }
  [[nodiscard]] bool is_constant(Id id) const { return !vertices_[id].has_symbol; }

  Id undefined() { return 0; }
  Id infinity(Sign sign);
  Id number(Number value);
  Id number(std::int64_t numerator, std::int64_t denominator = 1) { return number(Number(numerator, denominator)); }
  Id symbol(std::string_view name);
  Id pi();
  Id euler();
  Id imaginary();
  Id add(std::span<const Id> terms);
  Id add(Id left, Id right);
  Id subtract(Id left, Id right) { return add(left, negate(right)); }
  Id multiply(std::span<const Id> factors);
  Id multiply(Id left, Id right);
  Id scale(const Number& coefficient, Id id);
  Id negate(Id id);
  Id divide(Id left, Id right);
  Id power(Id base, Id exponent);
  Id square_root(Id id) { return power(id, number(1, 2)); }
  Id exponential(Id id) { return power(euler(), id); }
  Id logarithm(Id id);
  Id sine(Id id);
  Id cosine(Id id);
  Id arcsine(Id id);
  Id arctangent(Id id);
  Id absolute(Id id);
  Id floor(Id id);
  Id sign_of(Id id);
  Id real_part(Id id);
  Id imaginary_part(Id id);
  Id conjugate(Id id);
  Id argument(Id id);
  Id gcd(Id left, Id right);
  Id modulo(Id left, Id right);
  Id maximum(Id left, Id right);
  Id factorial(Id id);
  Id binomial(Id n, Id k);
  /// A function that only has a name. Arguments that are equal but not by their form make two vertices:
  /// `same_arguments` of the ladder joins them.
  Id named(std::string_view name, std::span<const Id> arguments);

  /// The sign of a real constant; kUnknown for what is not real, not constant or not enclosed.
  [[nodiscard]] Sign sign(Id id);
  /// Is this constant exactly zero? Proves both ways for algebraic numbers.
  [[nodiscard]] bool is_zero(Id id) { return sign(id) == Sign::kZero; }
  /// The value of a constant to 64 bits, not finite if undefined.
  [[nodiscard]] const Ball& enclosure(Id id);

  /// The parts of c·rest.
  struct Term {
    Number coefficient;
    Id rest = 0;  // the number 1 for a number
  };
  [[nodiscard]] Term term(Id id);

 private:
  struct Factor {
    Id base = 0;
    Id exponent = 0;
    Id whole = 0;  // base^exponent where it stands unchanged, else 0
  };
  Id intern(Op op, std::uint32_t payload, std::span<const Id> children);
  Id intern(Op op, std::initializer_list<Id> children) { return intern(op, 0, {children.begin(), children.size()}); }
  [[nodiscard]] std::uint64_t hash(const Vertex& vertex, std::span<const Id> children) const;
  [[nodiscard]] bool is_same(Id id, const Vertex& vertex, std::span<const Id> children) const;
  void grow_table();
  std::uint32_t name(std::string_view text);
  bool affords(std::uint64_t bits);

  bool collect(Id id, const Number& factor, std::vector<Term>& terms, Number& constant);
  Id scaled(const Number& coefficient, Id rest);
  Id infinite_sum(std::span<const Id> terms);

  Id infinite_product(std::span<const Id> factors);
  bool split(Id id, Number& coefficient, std::vector<Factor>& factors);
  bool merge(std::vector<Factor>& factors, Number& coefficient);
  [[nodiscard]] bool can_merge(const Factor& left, const Factor& right);
  bool cancel_factorials(std::vector<Factor>& factors, Number& coefficient);

  Id simplified_power(Id base, Id exponent);
  Id integer_power(Id base, const Number& exponent);
  Id number_to_integer(Id base, const Number& exponent);
  Id fractional_power(Id base, Id exponent);
  Id number_to_fraction(const Number& base, const Number& exponent);
  Id constant_to_fraction(Id base, Id exponent);
  Id function_to_fraction(Id base, Id exponent);
  Id radical(const Number& base, const Number& exponent);
  Id symbolic_power(Id base, Id exponent);
  Id number_to_symbolic(const Number& base, Id exponent);
  Id power_of_e(Id exponent);
  Id power_of_e_term(Id exponent);
  Id turn(const Number& halves);  // e^{iπ·halves}

  Id log_of_number(const Number& value);
  Id cosine_of_halves(Number halves);     // cos(π·halves)
  bool halves_of(Id id, Number& halves);  // id = π·halves
  Id nice_angle(Id value, bool is_tangent);
  bool sum_is_negative(Id id);

  Work& work_;
  int nested_powers_ = 0;  // powers that wait for simpler ones
  std::vector<Vertex> vertices_;
  std::vector<Id> children_;
  std::deque<Number> numbers_;  // references to them outlive the growth
  std::vector<std::string> names_;
  std::vector<Id> table_;  // open addressing
  std::vector<Ball> enclosures_;
  std::vector<std::uint8_t> is_enclosed_;
};

/// The prime factors below 1000 of value > 0, and the rest, a perfect power written as one: value = Π base^exponent.
struct PrimePower {
  Number base;
  std::int64_t exponent = 1;
};
[[nodiscard]] std::vector<PrimePower> small_factors(const Number& value);

}  // namespace hone::rewards::math::scalar
