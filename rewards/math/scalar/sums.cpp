// Sums: terms flattened, like ones collected, ordered by what stands beside the coefficient.
#include <algorithm>

#include "rewards/math/scalar/graph.h"

namespace hone::rewards::math::scalar {

// Adds factor·id to the terms; false when a part is undefined or not finite.
bool Graph::collect(Id id, const Number& factor, std::vector<Term>& terms, Number& constant) {
  const Vertex vertex = vertices_[id];
  switch (vertex.op) {
    case Op::kUndefined:
    case Op::kInfinity:
      return false;
    case Op::kNumber:
      if (!affords(number_of(id).bits() + factor.bits() + constant.bits())) return false;
      constant = constant + factor * number_of(id);
      return true;
    case Op::kScale:
      if (!affords(number_of(id).bits() + factor.bits())) return false;
      terms.push_back({factor * number_of(id), child(id, 0)});
      return true;
    case Op::kAdd:
      if (!work_.spend(30 * vertex.child_count)) return false;
      for (std::uint32_t i = 0; i < vertex.child_count; ++i) {
        if (!collect(child(id, i), factor, terms, constant)) return false;
      }
      return true;
    default:
      terms.push_back({factor, id});
      return true;
  }
}

Id Graph::scaled(const Number& coefficient, Id rest) {
  if (coefficient.sign() == 0) return number(0);
  if (coefficient.is(1)) return rest;
  const Id factor = number(coefficient);
  if (factor == 0) return 0;
  return intern(Op::kScale, vertices_[factor].payload, {&rest, 1});
}

// ∞ + a is ∞ for every finite constant a; ∞ − ∞ is nothing.
Id Graph::infinite_sum(std::span<const Id> terms) {
  Id sum = 0;
  for (const Id term : terms) {
    if (term == 0 || !is_constant(term)) return 0;
    if (vertices_[term].op == Op::kInfinity) {
      if (sum != 0 && sum != term) return 0;
      sum = term;
    } else if (!enclosure(term).is_real() || !enclosure(term).is_finite()) {
      return 0;
    }
  }
  return sum;
}

Id Graph::add(std::span<const Id> ids) {
  std::vector<Term> terms;
  terms.reserve(ids.size());
  Number constant;
  for (const Id id : ids) {
    if (!collect(id, Number(1), terms, constant)) return infinite_sum(ids);
  }
  std::ranges::sort(terms, {}, &Term::rest);
  std::vector<Id> sum;
  sum.reserve(terms.size() + 1);
  if (constant.sign() != 0) sum.push_back(number(constant));
  for (std::size_t i = 0; i < terms.size();) {
    Number coefficient = terms[i].coefficient;
    const Id rest = terms[i].rest;
    for (++i; i < terms.size() && terms[i].rest == rest; ++i) coefficient = coefficient + terms[i].coefficient;
    if (coefficient.sign() != 0) sum.push_back(scaled(coefficient, rest));
  }
  if (sum.empty()) return number(0);
  if (sum.size() == 1) return sum[0];
  return intern(Op::kAdd, 0, sum);
}

Id Graph::add(Id left, Id right) {
  if (is_number(left) && is_number(right)) {
    if (!affords(number_of(left).bits() + number_of(right).bits())) return 0;
    return number(number_of(left) + number_of(right));
  }
  const Id both[] = {left, right};
  return add(both);
}

Id Graph::scale(const Number& coefficient, Id id) {
  const Vertex vertex = vertices_[id];
  switch (vertex.op) {
    case Op::kUndefined:
      return 0;
    case Op::kInfinity:
      return infinity(static_cast<Sign>(coefficient.sign() * (vertex.payload == 0 ? 1 : -1)));
    case Op::kNumber:
    case Op::kScale: {
      if (!affords(coefficient.bits() + number_of(id).bits())) return 0;
      const Number product = coefficient * number_of(id);
      return vertex.op == Op::kNumber ? number(product) : scaled(product, child(id, 0));
    }
    case Op::kAdd:
      break;
    default:
      return scaled(coefficient, id);
  }
  if (coefficient.sign() == 0) return number(0);
  std::vector<Id> sum(children(id).begin(), children(id).end());
  for (Id& part : sum) part = scale(coefficient, part);
  return intern(Op::kAdd, 0, sum);
}

Id Graph::negate(Id id) {
  return scale(Number(-1), id);
}

}  // namespace hone::rewards::math::scalar
