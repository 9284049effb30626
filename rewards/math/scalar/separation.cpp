#include "rewards/math/scalar/separation.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "rewards/math/scalar/balls.h"
#include "rewards/math/scalar/limits.h"

namespace hone::rewards::math::scalar {
namespace {

constexpr double kSlack = 1e-9;  // above the rounding of the doubles

double log2_size(const fmpz* value) {
  if (fmpz_is_zero(value) != 0) return 0.0;
  Number size;
  fmpz_abs(size.numerator(), value);
  return fmpz_dlog(size.numerator()) / std::numbers::ln2 + kSlack;
}

double log2_sum(double left, double right) {
  const double high = std::max(left, right);
  return high + std::log2(1.0 + std::exp2(std::min(left, right) - high)) + kSlack;
}

// log2 of what bounds the conjugates of U and of L.
struct Bound {
  double numerator = 0;
  double denominator = 0;
  bool is_algebraic = true;
};

class Bounds {
 public:
  explicit Bounds(const Graph& graph, Id root) : graph_(graph), evaluator_order_(Evaluator(graph, {root}).vertices()) {}

  std::optional<double> run(Id root) {
    bounds_.resize(graph_.size());
    for (const Id id : evaluator_order_) {
      if (!is_angle(id) && !bound(id)) return std::nullopt;
    }
    if (!bounds_[root].is_algebraic) return std::nullopt;
    if (order_of_unity_ > 1 << 16) return std::nullopt;
    const double degree = degree_ * static_cast<double>(n_euler_phi(order_of_unity_));
    return (degree - 1) * std::max(bounds_[root].numerator, 0.0) + std::max(bounds_[root].denominator, 0.0) + 1;
  }

 private:
  // π, and what stands between it and the cosine or the power of e that it is the angle of. Such a vertex has no bound;
  // that it is met only below those is seen when a sum or product asks for it.
  bool is_angle(Id id) {
    const Op op = graph_[id].op;
    const auto children = graph_.children(id);
    bool is_pi_part = op == Op::kPi || op == Op::kEuler;
    if (op == Op::kScale) is_pi_part = graph_[children[0]].op == Op::kPi || is_imaginary_angle(children[0]);
    is_pi_part |= is_imaginary_angle(id);
    bounds_[id].is_algebraic = !is_pi_part;
    return is_pi_part;
  }
  bool is_imaginary_angle(Id id) const {
    const auto children = graph_.children(id);
    if (graph_[id].op != Op::kMultiply || children.size() != 2) return false;
    const Op first = graph_[children[0]].op;
    const Op second = graph_[children[1]].op;
    return (first == Op::kPi && second == Op::kImaginary) || (first == Op::kImaginary && second == Op::kPi);
  }

  bool adjoin_root_of_unity(ulong order) {
    order_of_unity_ = order_of_unity_ / n_gcd(order_of_unity_, order) * order;
    return order_of_unity_ <= 1 << 16;
  }
  // π·r for a cosine, iπ·r for a power of e.
  bool adjoin_angle(Id angle, bool is_imaginary) {
    if (graph_[angle].op != Op::kScale) return false;
    const Id unit = graph_.child(angle, 0);
    if (is_imaginary ? !is_imaginary_angle(unit) : graph_[unit].op != Op::kPi) return false;
    const fmpz* denominator = graph_.number_of(angle).denominator();
    return fmpz_cmp_ui(denominator, 10000) < 0 && adjoin_root_of_unity(2 * fmpz_get_ui(denominator));
  }

  // √2 and 2^{1/6} lie in one field of degree 6.
  void adjoin_root(Id base, ulong index) {
    for (auto& [known, known_index] : roots_) {
      if (known != base) continue;
      const ulong common = known_index / n_gcd(known_index, index) * index;
      degree_ *= static_cast<double>(common / known_index);
      known_index = common;
      return;
    }
    roots_.emplace_back(base, index);
    degree_ *= static_cast<double>(index);
  }

  bool bound(Id id) {
    Bound& result = bounds_[id];
    const Op op = graph_[id].op;
    const bool takes_angles = op == Op::kCos || op == Op::kPower;
    for (const Id child : graph_.children(id)) {
      if (!takes_angles && !bounds_[child].is_algebraic) return false;
    }
    switch (op) {
      case Op::kNumber:
        result = {log2_size(graph_.number_of(id).numerator()), log2_size(graph_.number_of(id).denominator())};
        return true;
      case Op::kImaginary:
        return adjoin_root_of_unity(4);
      case Op::kScale: {
        const Bound& inner = bounds_[graph_.child(id, 0)];
        result = {inner.numerator + log2_size(graph_.number_of(id).numerator()),
                  inner.denominator + log2_size(graph_.number_of(id).denominator())};
        return true;
      }
      case Op::kAdd:
        return bound_sum(id, result);
      case Op::kMultiply:
        for (const Id child : graph_.children(id)) {
          result.numerator += bounds_[child].numerator;
          result.denominator += bounds_[child].denominator;
        }
        return true;
      case Op::kPower:
        return bound_power(id, result);
      case Op::kCos:
        result = {1, 1};
        return adjoin_angle(graph_.child(id, 0), false);
      default:
        return false;
    }
  }

  // Over the least common denominator of the coefficients, times the parts' own denominators.
  bool bound_sum(Id id, Bound& result) {
    Number common(1);
    double denominators = 0;
    for (const Id child : graph_.children(id)) {
      const Op op = graph_[child].op;
      if (op == Op::kNumber || op == Op::kScale) {
        fmpz_lcm(common.numerator(), common.numerator(), graph_.number_of(child).denominator());
      }
      if (op != Op::kNumber) denominators += bounds_[op == Op::kScale ? graph_.child(child, 0) : child].denominator;
    }
    const double common_size = log2_size(common.numerator());
    double sum = -1e300;
    for (const Id child : graph_.children(id)) {
      const Op op = graph_[child].op;
      double part = common_size + denominators;
      if (op == Op::kNumber || op == Op::kScale) {
        part +=
            log2_size(graph_.number_of(child).numerator()) - log2_size(graph_.number_of(child).denominator()) + kSlack;
      }
      if (op != Op::kNumber) {
        const Bound& inner = bounds_[op == Op::kScale ? graph_.child(child, 0) : child];
        part += inner.numerator - inner.denominator;
      }
      sum = log2_sum(sum, part);
    }
    result = {sum, common_size + denominators};
    return true;
  }

  bool bound_power(Id id, Bound& result) {
    const Id base = graph_.child(id, 0);
    const Id exponent = graph_.child(id, 1);
    if (graph_[base].op == Op::kEuler) return adjoin_angle(exponent, true);
    if (!graph_.is_number(exponent) || !bounds_[base].is_algebraic) return false;
    const Number& number = graph_.number_of(exponent);
    if (fmpz_cmp_ui(number.denominator(), 1000) > 0 || fmpz_bits(number.numerator()) > 40) return false;
    const double index = fmpz_get_d(number.denominator());
    const double size = std::abs(fmpz_get_d(number.numerator()));
    Bound root = bounds_[base];
    if (index > 1) {
      adjoin_root(base, fmpz_get_ui(number.denominator()));
      if (root.numerator >= root.denominator) {
        root.numerator = (root.numerator + (index - 1) * root.denominator) / index;
      } else {
        root.denominator = (root.denominator + (index - 1) * root.numerator) / index;
      }
    }
    if (number.sign() < 0) std::swap(root.numerator, root.denominator);
    result = {root.numerator * size + kSlack, root.denominator * size + kSlack};
    return degree_ < 1e6;
  }

  const Graph& graph_;
  std::vector<Id> evaluator_order_;
  std::vector<Bound> bounds_;
  std::vector<std::pair<Id, ulong>> roots_;
  double degree_ = 1;
  ulong order_of_unity_ = 1;
};

bool holds_zero(const Ball& ball) {
  return !ball.is_finite() || acb_contains_zero(ball.get()) != 0;
}

// The enclosure at the precision that settles the question, if that is affordable.
Zero settle(Graph& graph, Id id, Ball& ball) {
  if (!ball.is_finite()) return Zero::kUnknown;
  if (!holds_zero(ball)) return Zero::kNo;
  const std::optional<double> bits = separation_bits(graph, id);
  if (!bits || *bits > kMaxSeparationBits) return Zero::kUnknown;
  const long needed = static_cast<long>(*bits) + 1;
  if (magnitude_bits(ball) < -needed) return Zero::kYes;
  const long precision = needed + 96 + std::max(0L, magnitude_bits(ball) + 64);
  if (precision > 2 * kMaxSeparationBits) return Zero::kUnknown;
  ball = evaluate_constant(graph, id, precision);
  if (!ball.is_finite()) return Zero::kUnknown;
  if (!holds_zero(ball)) return Zero::kNo;
  return magnitude_bits(ball) < -needed ? Zero::kYes : Zero::kUnknown;
}

bool refine(Graph& graph, Id id, Ball& ball) {
  for (long precision = 128; precision <= kMaxBallBits && holds_zero(ball); precision *= 2) {
    ball = evaluate_constant(graph, id, precision);
  }
  return !holds_zero(ball);
}

}  // namespace

std::optional<double> separation_bits(const Graph& graph, Id id) {
  return Bounds(graph, id).run(id);
}

Zero zero_test(Graph& graph, Id id) {
  if (id == 0 || !graph.is_constant(id)) return Zero::kUnknown;
  if (graph.is_number(id)) return graph.number_of(id).sign() == 0 ? Zero::kYes : Zero::kNo;
  Ball ball = graph.enclosure(id);
  return settle(graph, id, ball);
}

bool is_surely_not_zero(Graph& graph, Id id) {
  Ball ball = graph.enclosure(id);
  return refine(graph, id, ball);
}

Sign proven_sign(Graph& graph, Id id) {
  Ball ball = graph.enclosure(id);
  const Zero zero = settle(graph, id, ball);
  if (zero == Zero::kYes) return Sign::kZero;
  if (zero == Zero::kUnknown && !refine(graph, id, ball)) return Sign::kUnknown;
  if (ball.is_positive()) return Sign::kPositive;
  return ball.is_negative() ? Sign::kNegative : Sign::kUnknown;
}

}  // namespace hone::rewards::math::scalar
