#include "rewards/math/quantities.h"

#include <numeric>
#include <optional>
#include <vector>

#include "rewards/math/units.h"

namespace hone::rewards::math {
namespace {

/// A value and the unit that it is in, if any.
struct Measured {
  std::uint32_t node = 0;
  bool has_unit = false;
  Unit unit;
};

bool same_dimension(const Unit& left, const Unit& right) {
  return left.is_known && right.is_known && left.dimensions == right.dimensions;
}

bool multiply(std::int64_t& left, std::int64_t right) {
  return !__builtin_mul_overflow(left, right, &left);
}

/// Takes the units out of an expression and leaves its value in the first one's.
class UnitTaker {
 public:
  UnitTaker(const Expression& from, Expression& to) : from_(from), build_(to) {}

  std::optional<Measured> take(std::uint32_t index) {
    const Node& node = from_.nodes[index];
    if (!contains(from_, index, NodeKind::kQuantity)) {
      return Measured{build_.copy(from_, index), false, {}};
    }
    switch (node.kind) {
      case NodeKind::kQuantity: {
        auto inner = take(child_index(from_, node, 0));
        const Unit unit = read_unit(from_.text_of(node));
        if (!inner || (inner->has_unit && !combine(inner->unit, unit, 1))) {
          return std::nullopt;
        }
        if (!inner->has_unit) {
          inner->unit = unit;
        }
        inner->has_unit = true;
        return inner;
      }
      case NodeKind::kNegate: {
        auto inner = take(child_index(from_, node, 0));
        if (inner) {
          inner->node = build_.add(NodeKind::kNegate, {inner->node});
        }
        return inner;
      }
      case NodeKind::kAdd:
        return sum(node);
      case NodeKind::kMultiply:
      case NodeKind::kDivide:
        return product(node);
      default:
        return std::nullopt;
    }
  }

  /// value · from/to, where both are known and of one dimension.
  std::optional<std::uint32_t> converted(std::uint32_t value, const Unit& from, const Unit& to) {
    std::int64_t numerator = from.numerator;
    std::int64_t denominator = from.denominator;
    if (numerator == to.numerator && denominator == to.denominator && from.pis == to.pis) {
      return value;
    }
    const std::int64_t above_common = std::gcd(numerator, to.numerator);
    const std::int64_t below_common = std::gcd(denominator, to.denominator);
    numerator /= above_common;
    denominator /= below_common;
    if (!multiply(numerator, to.denominator / below_common) || !multiply(denominator, to.numerator / above_common)) {
      return std::nullopt;
    }
    if (numerator != denominator) {
      const std::uint32_t above = build_.integer(numerator);
      const std::uint32_t factor = build_.add(NodeKind::kDivide, {above, build_.integer(denominator)});
      value = build_.add(NodeKind::kMultiply, {value, factor});
    }
    const int pis = from.pis - to.pis;
    if (pis != 0) {
      const std::uint32_t pi = build_.constant(Constant::kPi);
      value = build_.add(pis > 0 ? NodeKind::kMultiply : NodeKind::kDivide, {value, pi});
    }
    return value;
  }

 private:
  static bool combine(Unit& into, const Unit& other, int sign) {
    if (!into.is_known || !other.is_known) {
      return false;
    }
    for (std::size_t i = 0; i < into.dimensions.size(); ++i) {
      into.dimensions[i] = static_cast<std::int8_t>(into.dimensions[i] + sign * other.dimensions[i]);
    }
    into.pis = static_cast<std::int8_t>(into.pis + sign * other.pis);
    return multiply(into.numerator, sign > 0 ? other.numerator : other.denominator) &&
           multiply(into.denominator, sign > 0 ? other.denominator : other.numerator);
  }

  std::optional<Measured> sum(const Node& node) {
    std::vector<std::uint32_t> terms;
    std::optional<Unit> unit;
    for (std::size_t i = 0; i < node.child_count; ++i) {
      const auto term = take(child_index(from_, node, i));
      if (!term || !term->has_unit) {
        return std::nullopt;
      }
      if (!unit) {
        unit = term->unit;
        terms.push_back(term->node);
      } else if (same_dimension(*unit, term->unit)) {
        const auto value = converted(term->node, term->unit, *unit);
        if (!value) {
          return std::nullopt;
        }
        terms.push_back(*value);
      } else if (!unit->is_known && !term->unit.is_known && unit->label == term->unit.label) {
        terms.push_back(term->node);
      } else {
        return std::nullopt;
      }
    }
    Node made;
    made.kind = NodeKind::kAdd;
    return Measured{build_.add(made, terms), true, *unit};
  }

  std::optional<Measured> product(const Node& node) {
    std::vector<std::uint32_t> factors;
    std::optional<Unit> unit;
    for (std::size_t i = 0; i < node.child_count; ++i) {
      const auto factor = take(child_index(from_, node, i));
      if (!factor) {
        return std::nullopt;
      }
      factors.push_back(factor->node);
      const int sign = node.kind == NodeKind::kDivide && i > 0 ? -1 : 1;
      if (!factor->has_unit) {
        continue;
      }
      if (!unit && sign > 0) {
        unit = factor->unit;
      } else {
        unit = unit.value_or(Unit{});
        if (!combine(*unit, factor->unit, sign)) {
          return std::nullopt;
        }
      }
    }
    Node made;
    made.kind = node.kind;
    made.form = Quotient::kFraction;
    return Measured{build_.add(made, factors), unit.has_value(), unit.value_or(Unit{})};
  }

  const Expression& from_;
  Builder build_;
};

Part part_of(const Expression& expression, std::uint32_t node) {
  return {&expression, node};
}

}  // namespace

Decision compare_quantities(Context& context, Part gold, Part answer,
                            Decision (*numbers)(Context& context, Part gold, Part answer)) {
  Expression& gold_value = context.make();
  Expression& answer_value = context.make();
  UnitTaker gold_taker(*gold.expression, gold_value);
  UnitTaker answer_taker(*answer.expression, answer_value);
  const auto wanted = gold_taker.take(gold.node);
  const auto found = answer_taker.take(answer.node);
  if (!wanted || !found) {
    return undecided();
  }
  const Part wanted_part = part_of(gold_value, wanted->node);
  if (wanted->has_unit && found->has_unit) {
    if (!wanted->unit.is_known || !found->unit.is_known) {
      const bool same = !wanted->unit.is_known && !found->unit.is_known && wanted->unit.label == found->unit.label;
      return same ? numbers(context, wanted_part, part_of(answer_value, found->node)) : different_by(Rung::kStructure);
    }
    if (!same_dimension(wanted->unit, found->unit)) {
      return different_by(Rung::kStructure);
    }
    const auto converted = answer_taker.converted(found->node, found->unit, wanted->unit);
    return converted ? numbers(context, wanted_part, part_of(answer_value, *converted)) : undecided();
  }
  if ((wanted->has_unit || found->has_unit) && context.options().units == UnitRule::kRequired) {
    const Unit& unit = wanted->has_unit ? wanted->unit : found->unit;
    if (!unit.is_angle()) {
      return different_by(Rung::kStructure);
    }
  }
  const Decision bare = numbers(context, wanted_part, part_of(answer_value, found->node));
  const bool is_angle = wanted->has_unit ? wanted->unit.is_angle() : found->unit.is_angle();
  if (bare.truth == Truth::kEqual || !is_angle) {
    return bare;
  }
  // A bare number against an angle in degrees may be in radians.
  const Unit radians = read_unit("radian");
  const auto left = wanted->has_unit ? gold_taker.converted(wanted->node, wanted->unit, radians) : wanted->node;
  const auto right = found->has_unit ? answer_taker.converted(found->node, found->unit, radians) : found->node;
  return left && right ? numbers(context, part_of(gold_value, *left), part_of(answer_value, *right)) : undecided();
}

}  // namespace hone::rewards::math
