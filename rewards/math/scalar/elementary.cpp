#include "rewards/math/scalar/elementary.h"

#include <algorithm>
#include <optional>

#include "rewards/math/scalar/limits.h"
#include "rewards/math/scalar/rewriter.h"
#include "rewards/math/scalar/separation.h"

namespace hone::rewards::math::scalar {
namespace {

// π, e, log a or e^a, to a rational power.
struct Atom {
  Id base = 0;
  Number exponent;
};
struct Monomial {
  std::vector<Atom> atoms;  // by base
  Id coefficient = 0;       // algebraic
};
using Sum = std::vector<Monomial>;
struct Fraction {
  Sum numerator;
  Sum denominator;
};

int compare_atoms(const std::vector<Atom>& left, const std::vector<Atom>& right) {
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].base != right[i].base) return left[i].base < right[i].base ? -1 : 1;
    if (const int order = fmpq_cmp(left[i].exponent.get(), right[i].exponent.get()); order != 0) return order;
  }
  return 0;
}

class Prover {
 public:
  explicit Prover(Graph& graph) : graph_(graph) {}

  bool prove(Id left, Id right) {
    const Fraction first = fraction(left);
    const Fraction second = fraction(right);
    Sum difference = multiply(first.numerator, second.denominator);
    Sum other = multiply(second.numerator, first.denominator);
    for (Monomial& monomial : other) monomial.coefficient = graph_.negate(monomial.coefficient);
    difference.insert(difference.end(), other.begin(), other.end());
    collect(difference);
    if (is_refused_) return false;
    std::erase_if(difference, [this](const Monomial& m) { return zero_test(graph_, m.coefficient) == Zero::kYes; });
    return difference.empty() || is_zero_form(difference);
  }

 private:
  void refuse() { is_refused_ = true; }
  Sum one() { return {{.atoms = {}, .coefficient = graph_.number(1)}}; }
  Fraction atom(Id base, const Number& exponent) {
    return {{{.atoms = {{base, exponent}}, .coefficient = graph_.number(1)}}, one()};
  }

  void collect(Sum& sum) {
    std::ranges::sort(
        sum, [](const Monomial& left, const Monomial& right) { return compare_atoms(left.atoms, right.atoms) < 0; });
    Sum collected;
    for (Monomial& monomial : sum) {
      if (monomial.coefficient == 0) refuse();
      if (!collected.empty() && compare_atoms(collected.back().atoms, monomial.atoms) == 0) {
        collected.back().coefficient = graph_.add(collected.back().coefficient, monomial.coefficient);
      } else {
        collected.push_back(std::move(monomial));
      }
    }
    sum = std::move(collected);
  }

  Sum multiply(const Sum& left, const Sum& right) {
    Sum product;
    if (is_refused_ || left.size() * right.size() > kMaxTerms ||
        !graph_.work().spend(300 * left.size() * right.size())) {
      refuse();
      return product;
    }
    for (const Monomial& first : left) {
      for (const Monomial& second : right) {
        Monomial monomial{.atoms = first.atoms, .coefficient = graph_.multiply(first.coefficient, second.coefficient)};
        for (const Atom& atom : second.atoms) {
          const auto place = std::ranges::lower_bound(monomial.atoms, atom.base, {}, &Atom::base);
          if (place != monomial.atoms.end() && place->base == atom.base) {
            place->exponent = place->exponent + atom.exponent;
          } else {
            monomial.atoms.insert(place, atom);
          }
        }
        std::erase_if(monomial.atoms, [](const Atom& atom) { return atom.exponent.sign() == 0; });
        product.push_back(std::move(monomial));
      }
    }
    collect(product);
    return product;
  }
  Fraction multiply(const Fraction& left, const Fraction& right) {
    return {multiply(left.numerator, right.numerator), multiply(left.denominator, right.denominator)};
  }

  Fraction fraction(Id id) {
    if (id == 0 || is_refused_ || !graph_.work().spend(300)) {
      refuse();
      return {};
    }
    if (separation_bits(graph_, id)) return {{{.atoms = {}, .coefficient = id}}, one()};
    const Vertex vertex = graph_[id];
    const std::vector<Id> parts(graph_.children(id).begin(), graph_.children(id).end());
    switch (vertex.op) {
      case Op::kScale: {
        Fraction result = fraction(parts[0]);
        const Number factor = graph_.number_of(id);
        for (Monomial& monomial : result.numerator) monomial.coefficient = graph_.scale(factor, monomial.coefficient);
        return result;
      }
      case Op::kAdd:
        return sum_of(parts);
      case Op::kMultiply: {
        Fraction result = {one(), one()};
        for (const Id part : parts) result = multiply(result, fraction(part));
        return result;
      }
      case Op::kPower:
        return power(id, parts[0], parts[1]);
      default:
        return atom(id, Number(1));
    }
  }

  Fraction sum_of(const std::vector<Id>& parts) {
    Fraction result = {{}, one()};
    for (const Id part : parts) {
      const Fraction term = fraction(part);
      Sum numerator = multiply(result.numerator, term.denominator);
      const Sum other = multiply(term.numerator, result.denominator);
      numerator.insert(numerator.end(), other.begin(), other.end());
      collect(numerator);
      result = {std::move(numerator), multiply(result.denominator, term.denominator)};
    }
    return result;
  }

  Fraction exponential(Id exponent) {
    Fraction result = {one(), one()};
    std::vector<Id> terms = {exponent};
    if (graph_[exponent].op == Op::kAdd)
      terms.assign(graph_.children(exponent).begin(), graph_.children(exponent).end());
    for (const Id part : terms) {
      const Graph::Term parts = graph_.term(part);
      result = multiply(result, atom(graph_.exponential(parts.rest), parts.coefficient));
    }
    return result;
  }

  Fraction power(Id id, Id base, Id exponent) {
    if (graph_[base].op == Op::kEuler) return exponential(exponent);
    if (!graph_.is_number(exponent)) return atom(id, Number(1));
    const Number number = graph_.number_of(exponent);
    Fraction inner = fraction(base);
    if (number.sign() < 0) std::swap(inner.numerator, inner.denominator);
    if (number.is_small() && std::abs(number.small()) <= 16) {
      Fraction result = inner;
      for (std::int64_t i = 1; i < std::abs(number.small()); ++i) result = multiply(result, inner);
      return result;
    }
    const Number size = number.sign() < 0 ? -number : number;
    if (raise(inner.numerator, size) && raise(inner.denominator, size)) return inner;
    return atom(id, Number(1));
  }

  // One monomial of positive parts to a broken power.
  bool raise(Sum& sum, const Number& exponent) {
    if (sum.size() != 1 || graph_.sign(sum[0].coefficient) != Sign::kPositive) return false;
    for (Atom& atom : sum[0].atoms) {
      if (graph_.sign(atom.base) != Sign::kPositive) return false;
      atom.exponent = atom.exponent * exponent;
    }
    sum[0].coefficient = graph_.power(sum[0].coefficient, graph_.number(exponent));
    return true;
  }

  // The logarithm that a monomial is a multiple of, taken out of it: log a, or π as −i·log(−1).
  std::optional<Id> take_logarithm(Monomial& monomial) {
    for (const Op op : {Op::kLog, Op::kPi}) {
      for (auto atom = monomial.atoms.begin(); atom != monomial.atoms.end(); ++atom) {
        if (graph_[atom->base].op != op || !atom->exponent.is(1)) continue;
        const Id value = op == Op::kLog ? graph_.child(atom->base, 0) : graph_.number(-1);
        if (op == Op::kPi) {
          monomial.coefficient = graph_.negate(graph_.multiply(graph_.imaginary(), monomial.coefficient));
        }
        monomial.atoms.erase(atom);
        return value;
      }
    }
    return std::nullopt;
  }

  // Σ c·r_k·log a_k with rational r_k for each cofactor: zero if Π a_k^{n_k} = 1 and |Σ n_k·log a_k| < 2π, n_k = M·r_k.
  bool is_zero_form(Sum& sum) {
    struct Part {
      Monomial cofactor;
      Id value;
    };
    std::vector<Part> parts;
    for (Monomial& monomial : sum) {
      const std::optional<Id> value = take_logarithm(monomial);
      if (!value) return false;
      parts.push_back({std::move(monomial), *value});
    }
    while (!parts.empty()) {
      const Monomial first = parts[0].cofactor;
      std::vector<std::pair<Id, Number>> form;
      for (const Part& part : parts) {
        if (compare_atoms(part.cofactor.atoms, first.atoms) != 0) continue;
        const Id ratio = graph_.divide(part.cofactor.coefficient, first.coefficient);
        if (!graph_.is_number(ratio)) return false;
        form.emplace_back(part.value, graph_.number_of(ratio));
      }
      if (!is_zero_linear_form(form)) return false;
      std::erase_if(parts, [&](const Part& part) { return compare_atoms(part.cofactor.atoms, first.atoms) == 0; });
    }
    return true;
  }

  bool is_zero_linear_form(const std::vector<std::pair<Id, Number>>& form) {
    Number common(1);
    for (const auto& [value, ratio] : form) {
      fmpz_lcm(common.numerator(), common.numerator(), ratio.denominator());
    }
    std::vector<Id> factors;
    std::vector<Id> logarithms;
    for (const auto& [value, ratio] : form) {
      const Number exponent = common * ratio;
      if (!exponent.is_small() || std::abs(exponent.small()) > 1000) return false;
      factors.push_back(graph_.power(value, graph_.number(exponent)));
      logarithms.push_back(graph_.scale(exponent, graph_.logarithm(value)));
    }
    const Id product = graph_.multiply(factors);
    if (zero_test(graph_, graph_.subtract(product, graph_.number(1))) != Zero::kYes) return false;
    const Id total = graph_.add(logarithms);
    if (total == 0) return false;
    const Ball& ball = graph_.enclosure(total);
    mag_t size;
    mag_init(size);
    acb_get_mag(size, ball.get());
    const bool is_small = ball.is_finite() && mag_cmp_2exp_si(size, 2) < 0;  // 4 < 2π
    mag_clear(size);
    return is_small;
  }

  Graph& graph_;
  bool is_refused_ = false;
};

}  // namespace

namespace {

// The index of the root that a constant is a multiple of, 1 if it is none.
long root_index(const Graph& graph, Id id) {
  if (graph[id].op == Op::kScale) id = graph.child(id, 0);
  if (graph[id].op != Op::kPower || !graph.is_number(graph.child(id, 1))) return 1;
  const Number& exponent = graph.number_of(graph.child(id, 1));
  return exponent.bits() < 8 ? fmpz_get_si(exponent.denominator()) : 1;
}

}  // namespace

bool proves_equal(Graph& graph, Id left, Id right) {
  if (left == 0 || right == 0 || !graph.enclosure(left).is_finite() || !graph.enclosure(right).is_finite())
    return false;
  Rewriter rewriter(graph);
  const Id first = rewriter.rewrite(left);
  const Id second = rewriter.rewrite(right);
  if (first == 0 || second == 0) return false;
  if (first == second || Prover(graph).prove(first, second)) return true;
  // Positive numbers are equal if their powers are: √(π² + 2π + 1) = π + 1.
  const long index = std::max(root_index(graph, left), root_index(graph, right));
  const Sign sign = graph.sign(left);
  if (index == 1 || graph.sign(right) != sign) return false;
  if (sign == Sign::kNegative) return proves_equal(graph, graph.negate(left), graph.negate(right));
  if (sign != Sign::kPositive) return false;
  return proves_equal(graph, graph.power(left, graph.number(index)), graph.power(right, graph.number(index)));
}

}  // namespace hone::rewards::math::scalar
