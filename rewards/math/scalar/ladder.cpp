#include "rewards/math/scalar/ladder.h"

#include "rewards/math/scalar/balls.h"
#include "rewards/math/scalar/elementary.h"
#include "rewards/math/scalar/residues.h"
#include "rewards/math/scalar/separation.h"

namespace hone::rewards::math::scalar {
namespace {

// Which rung the normal form that both sides share belongs to.
Rung rung_of(const Graph& graph, Id id) {
  if (graph.is_number(id)) return Rung::kRational;
  if (!graph.is_constant(id)) return Rung::kPolynomial;
  return separation_bits(graph, id) ? Rung::kAlgebraic : Rung::kElementary;
}

Decision compare_infinities(const Graph& graph, Id left, Id right) {
  const Id other = graph[left].op == Op::kInfinity ? right : left;
  if (graph[other].op == Op::kInfinity || !graph.is_constant(other)) return {Truth::kDifferent, Rung::kRational};
  const bool is_finite = evaluate_constant(graph, other, 64).is_finite();
  return is_finite ? Decision{Truth::kDifferent, Rung::kRational} : Decision{};
}

bool is_power_of_e(const Graph& graph, Id id) {
  return graph[id].op == Op::kPower && graph[graph.child(id, 0)].op == Op::kEuler;
}

bool is_surely_real(Graph& graph, Id id) {
  const Ball& ball = graph.enclosure(id);
  return ball.is_finite() ? ball.is_real() : is_power_of_e(graph, id) && is_surely_real(graph, graph.child(id, 1));
}

Decision compare_constants(Graph& graph, Id left, Id right) {
  // e^a = e^b only for a = b, if these are real: the exponents are smaller, and algebraic more often.
  if (is_power_of_e(graph, left) && is_power_of_e(graph, right)) {
    const Id first = graph.child(left, 1);
    const Id second = graph.child(right, 1);
    if (is_surely_real(graph, first) && is_surely_real(graph, second)) return compare(graph, first, second);
  }
  const bool is_left_finite = graph.enclosure(left).is_finite();
  const bool is_right_finite = graph.enclosure(right).is_finite();
  if (!is_left_finite || !is_right_finite) return {};
  if (acb_overlaps(graph.enclosure(left).get(), graph.enclosure(right).get()) == 0) {
    return {Truth::kDifferent, Rung::kBalls};
  }
  const Id difference = graph.subtract(left, right);
  if (difference == 0) return {};
  switch (zero_test(graph, difference)) {
    case Zero::kYes:
      return {Truth::kEqual, Rung::kAlgebraic};
    case Zero::kNo:
      return {Truth::kDifferent, Rung::kAlgebraic};
    case Zero::kUnknown:
      break;
  }
  // Factorials too large to compute cancel in the quotient.
  const bool may_be_zero = acb_contains_zero(graph.enclosure(right).get()) != 0;
  const Id quotient = may_be_zero ? 0 : graph.divide(left, right);
  if (quotient != 0 && graph.is_number(quotient)) {
    return {graph.number_of(quotient).is(1) ? Truth::kEqual : Truth::kDifferent, Rung::kRational};
  }
  if (proves_equal(graph, left, right)) return {Truth::kEqual, Rung::kElementary};
  if (is_surely_not_zero(graph, difference)) return {Truth::kDifferent, Rung::kBalls};
  return {};
}

Decision compare_functions(Graph& graph, Id left, Id right) {
  const Truth residues = compare_residues(graph, left, right);
  if (residues != Truth::kUndecided) return {residues, Rung::kPolynomial};
  // A constant difference, however small, is no matter of points.
  const Id difference = graph.subtract(left, right);
  if (difference != 0 && graph.is_constant(difference)) return compare_constants(graph, difference, graph.number(0));
  const Truth points = compare_at_points(graph, left, right);
  return {points, points == Truth::kUndecided ? Rung::kNone : Rung::kBalls};
}

}  // namespace

Decision compare(Graph& graph, Id left, Id right) {
  if (left == 0 || right == 0) return {};
  if (left == right) return {Truth::kEqual, rung_of(graph, left)};
  if (graph.is_number(left) && graph.is_number(right)) return {Truth::kDifferent, Rung::kRational};
  if (graph[left].op == Op::kInfinity || graph[right].op == Op::kInfinity) {
    return compare_infinities(graph, left, right);
  }
  const Decision decision = graph.is_constant(left) && graph.is_constant(right) ? compare_constants(graph, left, right)
                                                                                : compare_functions(graph, left, right);
  return decision;
}

Order order(Graph& graph, Id left, Id right) {
  if (left == 0 || right == 0 || !graph.is_constant(left) || !graph.is_constant(right)) return Order::kUnknown;
  if (left == right) return Order::kEqual;
  const bool is_left_infinite = graph[left].op == Op::kInfinity;
  if (is_left_infinite || graph[right].op == Op::kInfinity) {
    const Id other = is_left_infinite ? right : left;
    if (graph[other].op != Op::kInfinity && !(graph.enclosure(other).is_real() && graph.enclosure(other).is_finite())) {
      return Order::kUnknown;
    }
    const bool is_positive = graph.sign(is_left_infinite ? left : right) == Sign::kPositive;
    return is_left_infinite == is_positive ? Order::kGreater : Order::kLess;
  }
  switch (graph.sign(graph.subtract(left, right))) {
    case Sign::kNegative:
      return Order::kLess;
    case Sign::kZero:
      return Order::kEqual;
    case Sign::kPositive:
      return Order::kGreater;
    case Sign::kUnknown:
      break;
  }
  return proves_equal(graph, left, right) ? Order::kEqual : Order::kUnknown;
}

}  // namespace hone::rewards::math::scalar
