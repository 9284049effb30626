#include "rewards/math/scalar/residues.h"

#include <array>
#include <optional>

#include "rewards/math/scalar/balls.h"

namespace hone::rewards::math::scalar {
namespace {

// The largest prime below 2^61 that is 1 modulo 840 and modulo which all primes up to 23 are squares, as −1 is.
constexpr ulong kPrime = 2305843009213527001UL;

class Residues {
 public:
  explicit Residues(const Graph& graph) : graph_(graph), values_(graph.size()) {}

  /// False where a denominator vanishes.
  bool run(const std::vector<Id>& order, std::uint64_t seed) {
    seed_ = seed;
    for (const Id id : order) {
      if (!evaluate(id)) return false;
    }
    return true;
  }
  [[nodiscard]] ulong value(Id id) const { return values_[id]; }
  /// Whether all that was met is a rational function of symbols.
  [[nodiscard]] bool is_exact() const { return is_exact_; }

 private:
  static ulong multiply(ulong left, ulong right) { return n_mulmod2_preinv(left, right, kPrime, inverse_of_prime()); }
  static ulong inverse_of_prime() {
    static const ulong kInverse = n_preinvert_limb(kPrime);
    return kInverse;
  }
  static ulong power(ulong base, ulong exponent) {
    return n_powmod2_ui_preinv(base, exponent, kPrime, inverse_of_prime());
  }

  // A value for a part that is not taken apart: the same wherever the part stands. Vertices and pairs of base and
  // exponent have keys of their own.
  [[nodiscard]] ulong random(Id id) const { return random_of(id); }
  [[nodiscard]] ulong random(Id base, Id exponent) const {
    return random_of((std::uint64_t{1} << 63) | (std::uint64_t{base} << 32) | exponent);
  }
  [[nodiscard]] ulong random_of(std::uint64_t key) const {
    std::uint64_t state = seed_ + 0x9E3779B97F4A7C15ULL * (key + 1);
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9ULL;
    state = (state ^ (state >> 27)) * 0x94D049BB133111EBULL;
    return (state ^ (state >> 31)) % kPrime;
  }

  bool evaluate_number(const Number& number, ulong& result) const {
    const ulong denominator = fmpz_fdiv_ui(number.denominator(), kPrime);
    if (denominator == 0) return false;
    result = fmpz_fdiv_ui(number.numerator(), kPrime);
    if (denominator != 1) result = multiply(result, n_invmod(denominator, kPrime));
    return true;
  }

  // The image of √p for a prime p: any ring homomorphism will do, as long as it is always the same one.
  static std::optional<ulong> root(const Number& base) {
    struct Root {
      std::int64_t base;
      ulong value;
    };
    static const std::array<Root, 9> kRoots = [] {
      std::array<Root, 9> roots{};
      std::size_t count = 0;
      for (const std::int64_t prime : {2, 3, 5, 7, 11, 13, 17, 19, 23}) {
        roots[count++] = {prime, n_sqrtmod(static_cast<ulong>(prime), kPrime)};
      }
      return roots;
    }();
    for (const Root& known : kRoots) {
      if (base.is(known.base)) return known.value;
    }
    return std::nullopt;
  }
  static ulong imaginary() {
    static const ulong kRoot = n_sqrtmod(kPrime - 1, kPrime);
    return kRoot;
  }

  bool evaluate_power(Id id, ulong& result) {
    const Id base = graph_.child(id, 0);
    const Id exponent = graph_.child(id, 1);
    const bool is_number = graph_.is_number(exponent);
    if (is_number && graph_.number_of(exponent).is_integer()) {
      const fmpz* whole = graph_.number_of(exponent).numerator();
      if (values_[base] == 0) {
        result = 0;
        return fmpz_sgn(whole) > 0;
      }
      result = power(values_[base], fmpz_fdiv_ui(whole, kPrime - 1));
      return true;
    }
    if (is_number && graph_.is_number(base) && graph_.number_of(exponent) == Number(1, 2)) {
      if (const auto known = root(graph_.number_of(base))) {
        result = *known;
        return true;
      }
    }
    is_exact_ = false;
    if (is_number) {
      result = random(id);
      return true;
    }
    return evaluate_exponents(base, exponent, result);
  }

  // b^{m·u + n·v} = (b^u)^m·(b^v)^n for whole m and n; b^u is a value of its own.
  bool evaluate_exponents(Id base, Id exponent, ulong& result) {
    const bool is_sum = graph_[exponent].op == Op::kAdd;
    const std::span<const Id> terms = is_sum ? graph_.children(exponent) : std::span<const Id>(&exponent, 1);
    result = 1;
    for (const Id term : terms) {
      const Op op = graph_[term].op;
      const bool has_factor = op == Op::kScale || op == Op::kNumber;
      if (has_factor && graph_.number_of(term).is_integer()) {
        const ulong unit = op == Op::kNumber ? values_[base] : random(base, graph_.child(term, 0));
        if (unit == 0) return false;
        result = multiply(result, power(unit, fmpz_fdiv_ui(graph_.number_of(term).numerator(), kPrime - 1)));
      } else {
        result = multiply(result, random(base, term));
      }
    }
    return true;
  }

  bool evaluate(Id id) {
    if (!graph_.work().spend(30 * (graph_[id].child_count + 1))) return false;
    ulong& result = values_[id];
    switch (graph_[id].op) {
      case Op::kNumber:
        return evaluate_number(graph_.number_of(id), result);
      case Op::kImaginary:
        result = imaginary();
        return true;
      case Op::kScale:
        if (!evaluate_number(graph_.number_of(id), result)) return false;
        result = multiply(result, values_[graph_.child(id, 0)]);
        return true;
      case Op::kAdd:
        result = 0;
        for (const Id child : graph_.children(id)) result = n_addmod(result, values_[child], kPrime);
        return true;
      case Op::kMultiply:
        result = 1;
        for (const Id child : graph_.children(id)) result = multiply(result, values_[child]);
        return true;
      case Op::kPower:
        return evaluate_power(id, result);
      case Op::kSymbol:
        result = random(id);
        return true;
      default:
        is_exact_ = false;
        result = random(id);
        return true;
    }
  }

  const Graph& graph_;
  std::vector<ulong> values_;
  std::uint64_t seed_ = 0;
  bool is_exact_ = true;
};

}  // namespace

Truth compare_residues(const Graph& graph, Id left, Id right) {
  const Evaluator order(graph, {left, right});
  Residues residues(graph);
  int agreements = 0;
  for (std::uint64_t seed = 1; seed <= 6 && agreements < 3; ++seed) {
    if (!residues.run(order.vertices(), seed * 0x243F6A8885A308D3ULL)) continue;
    if (residues.value(left) != residues.value(right))
      return residues.is_exact() ? Truth::kDifferent : Truth::kUndecided;
    ++agreements;
  }
  return agreements == 3 ? Truth::kEqual : Truth::kUndecided;
}

}  // namespace hone::rewards::math::scalar
