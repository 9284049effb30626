#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

bool is_equation(Part part) {
  return part.kind() == NodeKind::kRelation &&
         (part.at().relation == Relation::kEqual || part.at().relation == Relation::kApproximately);
}

bool holds_symbol(Part part, std::string_view name) {
  return !walk(*part.expression, part.node, [&](const Node& node) {
    return node.kind != NodeKind::kSymbol || part.expression->text_of(node) != name;
  });
}

bool is_name(Part part) {
  if (part.kind() == NodeKind::kTuple) {
    bool all = true;
    for (std::size_t i = 0; i < part.size(); ++i) {
      all = all && part.child(i).kind() == NodeKind::kSymbol;
    }
    return all;
  }
  if (part.kind() == NodeKind::kMultiply) {  // a segment or an angle, AB and ABC
    bool all = true;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const Part letter = part.child(i);
      all = all && letter.kind() == NodeKind::kSymbol && letter.text().size() == 1 && letter.text()[0] <= 'Z';
    }
    return all;
  }
  if (part.kind() == NodeKind::kDivide) {  // \frac{dy}{dx}
    const auto is_differential = [](Part side) {
      return side.kind() == NodeKind::kMultiply && side.size() == 2 && side.child(0).kind() == NodeKind::kSymbol &&
             side.child(0).text() == "d" && side.child(1).kind() == NodeKind::kSymbol;
    };
    return is_differential(part.child(0)) && is_differential(part.child(1));
  }
  return part.kind() == NodeKind::kSymbol || part.kind() == NodeKind::kText ||
         (part.kind() == NodeKind::kFunction && part.at().function == Function::kNamed);
}

/// left - right of a relation, times the denominators that stand in it.
std::uint32_t difference_of(Builder& build, Part left, Part right) {
  const std::uint32_t a = build.copy(*left.expression, left.node);
  const std::uint32_t b = build.copy(*right.expression, right.node);
  return build.add(NodeKind::kAdd, {a, build.add(NodeKind::kNegate, {b})});
}

void collect_denominators(Part side, std::vector<Part>& denominators) {
  while (side.kind() == NodeKind::kNegate) {
    side = side.child(0);
  }
  if (side.kind() == NodeKind::kAdd) {
    for (std::size_t i = 0; i < side.size(); ++i) {
      collect_denominators(side.child(i), denominators);
    }
  } else if (side.kind() == NodeKind::kDivide && denominators.size() < 8 &&
             has_symbol(*side.expression, side.child(1).node)) {
    const Part denominator = side.child(1);
    const bool is_known = std::any_of(denominators.begin(), denominators.end(), [&](Part other) {
      return same_tree(*other.expression, other.node, *denominator.expression, denominator.node);
    });
    if (!is_known) {
      denominators.push_back(denominator);
    }
  }
}

Part equation_of(Context& context, Part left, Part right) {
  Expression& made = context.make();
  Builder build(made);
  std::uint32_t root = difference_of(build, left, right);
  std::vector<Part> denominators;
  collect_denominators(left, denominators);
  collect_denominators(right, denominators);
  for (const Part denominator : denominators) {
    root = build.add(NodeKind::kMultiply, {root, build.copy(*denominator.expression, denominator.node)});
  }
  return {&made, root};
}

void collect_names(Part part, std::vector<std::string_view>& names) {
  walk(*part.expression, part.node, [&](const Node& node) {
    const std::string_view name = part.expression->text_of(node);
    if (node.kind == NodeKind::kSymbol && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
    return names.size() < 64;
  });
}

std::uint32_t copy_at(Builder& build, Part part, const std::vector<std::string_view>& names, int attempt) {
  return build.copy(*part.expression, part.node,
                    [&](const Expression& from, std::uint32_t index, std::uint32_t& replaced) {
                      const Node& node = from.nodes[index];
                      if (node.kind != NodeKind::kSymbol) {
                        return false;
                      }
                      const auto which = std::find(names.begin(), names.end(), from.text_of(node)) - names.begin();
                      constexpr int kValues[] = {3, 7, 13, 29, 53};
                      replaced = build.integer(kValues[(which + attempt) % 5] + 61 * (which / 5) + 2 * attempt);
                      return true;
                    });
}

/// Are two functions the same up to a factor, a constant that is not zero? Both are taken at one point p: then
/// f(x)·g(p) = g(x)·f(p). `sign` tells the order of the factor and zero.
Decision are_proportional(Context& context, Part f, Part g, Order* sign) {
  std::vector<std::string_view> names;
  collect_names(f, names);
  collect_names(g, names);
  for (int attempt = 0; attempt < 3; ++attempt) {
    Expression& point = context.make();
    Builder build(point);
    const std::uint32_t f_there = copy_at(build, f, names, attempt);
    const std::uint32_t g_there = copy_at(build, g, names, attempt);
    const std::uint32_t zero = build.integer("0");
    const Truth g_vanishes = compare_scalars(point, g_there, point, zero, context.work()).truth;
    const Truth f_vanishes = compare_scalars(point, f_there, point, zero, context.work()).truth;
    if (f_vanishes != Truth::kUndecided && g_vanishes != Truth::kUndecided && f_vanishes != g_vanishes) {
      return different_by(Rung::kStructure);
    }
    if (f_vanishes != Truth::kDifferent || g_vanishes != Truth::kDifferent) {
      continue;
    }
    Expression& products = context.make();
    Builder build_products(products);
    const std::uint32_t f_copy = build_products.copy(*f.expression, f.node);
    const std::uint32_t left = build_products.add(NodeKind::kMultiply, {f_copy, build_products.copy(point, g_there)});
    const std::uint32_t g_copy = build_products.copy(*g.expression, g.node);
    const std::uint32_t right = build_products.add(NodeKind::kMultiply, {g_copy, build_products.copy(point, f_there)});
    const Decision decision = compare_scalars(products, left, products, right, context.work());
    if (sign != nullptr && decision.truth == Truth::kEqual) {
      const std::uint32_t ratio = build.add(NodeKind::kMultiply, {f_there, g_there});
      *sign = order(point, ratio, point, zero, context.work());
    }
    return decision;
  }
  return undecided();
}

bool all_scalar(Part gold, Part answer) {
  return is_scalar(gold.child(0).kind()) && is_scalar(gold.child(1).kind()) && is_scalar(answer.child(0).kind()) &&
         is_scalar(answer.child(1).kind());
}

Decision compare_sides(Context& context, Part gold_left, Part gold_right, Part answer_left, Part answer_right) {
  const Decision left = compare_parts(context, gold_left, answer_left);
  return left.truth == Truth::kEqual ? both(left, compare_parts(context, gold_right, answer_right)) : left;
}

Decision compare_equations(Context& context, Part gold, Part answer) {
  const Decision straight = compare_sides(context, gold.child(0), gold.child(1), answer.child(0), answer.child(1));
  if (straight.truth == Truth::kEqual) {
    return {Truth::kEqual, Rung::kStructure};
  }
  const Decision flipped = compare_sides(context, gold.child(0), gold.child(1), answer.child(1), answer.child(0));
  if (flipped.truth == Truth::kEqual) {
    return {Truth::kEqual, Rung::kStructure};
  }
  const bool has_symbols = has_symbol(*gold.expression, gold.node) && has_symbol(*answer.expression, answer.node);
  if (!all_scalar(gold, answer) || !has_symbols) {
    return both(straight, flipped).truth == Truth::kUndecided ? undecided() : different_by(Rung::kStructure);
  }
  const Part f = equation_of(context, gold.child(0), gold.child(1));
  const Part g = equation_of(context, answer.child(0), answer.child(1));
  const Decision decision = are_proportional(context, f, g, nullptr);
  return {decision.truth, decision.truth == Truth::kUndecided ? Rung::kNone : Rung::kStructure};
}

/// An inequality as f < 0 or f <= 0.
struct Inequality {
  bool is_strict = false;
  Part left;  // of left - right
  Part right;
};

std::optional<Inequality> inequality_of(Part relation) {
  const Part left = relation.child(0);
  const Part right = relation.child(1);
  switch (relation.at().relation) {
    case Relation::kLess:
      return Inequality{true, left, right};
    case Relation::kLessOrEqual:
      return Inequality{false, left, right};
    case Relation::kGreater:
      return Inequality{true, right, left};
    case Relation::kGreaterOrEqual:
      return Inequality{false, right, left};
    default:
      return std::nullopt;
  }
}

Decision compare_inequalities(Context& context, const Inequality& gold, const Inequality& answer) {
  if (gold.is_strict != answer.is_strict) {
    return different_by(Rung::kStructure);
  }
  const Decision straight = compare_sides(context, gold.left, gold.right, answer.left, answer.right);
  if (straight.truth == Truth::kEqual) {
    return {Truth::kEqual, Rung::kStructure};
  }
  for (const Part side : {gold.left, gold.right, answer.left, answer.right}) {
    if (!is_scalar(side.kind())) {
      return straight;
    }
  }
  Expression& made = context.make();
  Builder build(made);
  const Part f{&made, difference_of(build, gold.left, gold.right)};
  const Part g{&made, difference_of(build, answer.left, answer.right)};
  Order sign = Order::kUnknown;
  const Decision decision = are_proportional(context, f, g, &sign);
  if (decision.truth == Truth::kEqual && sign != Order::kGreater) {
    return sign == Order::kLess ? different_by(Rung::kStructure) : undecided();
  }
  return {decision.truth, decision.truth == Truth::kUndecided ? Rung::kNone : Rung::kStructure};
}

/// a ≡ b (mod m), which the parser writes as a ≡ b mod m.
Decision compare_congruences(Context& context, Part gold, Part answer) {
  const auto has_modulus = [](Part part) {
    return part.kind() == NodeKind::kFunction && part.at().function == Function::kMod;
  };
  const Decision sides = compare_sides(context, gold.child(0), gold.child(1), answer.child(0), answer.child(1));
  return has_modulus(gold.child(1)) && has_modulus(answer.child(1))
             ? both(sides, compare_parts(context, gold.child(1).child(1), answer.child(1).child(1)))
             : sides;
}

Decision compare_single_relations(Context& context, Part gold, Part answer) {
  if (is_equation(gold) && is_equation(answer)) {
    return compare_equations(context, gold, answer);
  }
  const auto wanted = inequality_of(gold);
  const auto found = inequality_of(answer);
  if (wanted && found) {
    return compare_inequalities(context, *wanted, *found);
  }
  if (gold.at().relation != answer.at().relation) {
    return different_by(Rung::kStructure);
  }
  if (gold.at().relation == Relation::kCongruent) {
    return compare_congruences(context, gold, answer);
  }
  if (gold.at().relation == Relation::kNotEqual) {
    return compare_equations(context, gold, answer);
  }
  return compare_sides(context, gold.child(0), gold.child(1), answer.child(0), answer.child(1));
}

bool is_equal_chain(Part part) {
  bool all = part.kind() == NodeKind::kChain;
  for (std::size_t i = 0; i < part.size() && all; ++i) {
    all = is_equation(part.child(i));
  }
  return all;
}

}  // namespace

Assignment assignment_of(Part part) {
  if (is_equal_chain(part)) {  // x = 14/2 = 7; and 3+4 = 7 = 7, which names nothing
    const Part first = part.child(0);
    return {is_name(first.child(0)), first.child(0), part.child(part.size() - 1).child(1)};
  }
  const bool is_member = part.kind() == NodeKind::kRelation && part.at().relation == Relation::kIn &&
                         (part.child(0).kind() == NodeKind::kSymbol || part.child(0).kind() == NodeKind::kTuple) &&
                         part.child(1).kind() == NodeKind::kSet;
  if (is_member) {  // x ∈ {1, 2}
    return {true, part.child(0), part.child(1)};
  }
  if (!is_equation(part)) {
    return {};
  }
  const Part left = part.child(0);
  const Part right = part.child(1);
  const bool left_is_free = left.kind() != NodeKind::kSymbol || !holds_symbol(right, left.text());
  if (is_name(left) && left_is_free) {
    return {true, left, right};
  }
  if (right.kind() == NodeKind::kSymbol && !holds_symbol(left, right.text())) {
    return {true, right, left};
  }
  return {};
}

Decision compare_relations(Context& context, Part gold, Part answer) {
  if (gold.kind() == NodeKind::kRelation && answer.kind() == NodeKind::kRelation) {
    return compare_single_relations(context, gold, answer);
  }
  if (gold.kind() != answer.kind() || gold.size() != answer.size()) {
    return different_by(Rung::kStructure);
  }
  // Chains: the same relations, in their order or turned round.
  for (const bool turned : {false, true}) {
    Decision all = equal_by(Rung::kStructure);
    for (std::size_t i = 0; i < gold.size() && all.truth == Truth::kEqual; ++i) {
      const Part other = answer.child(turned ? answer.size() - 1 - i : i);
      all = both(all, compare_single_relations(context, gold.child(i), other));
    }
    if (all.truth == Truth::kEqual) {
      return all;
    }
  }
  return different_by(Rung::kStructure);
}

}  // namespace hone::rewards::math
