#include <algorithm>
#include <optional>
#include <string>

#include "rewards/math/quantities.h"
#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

Decision scalars(Context& context, Part gold, Part answer) {
  return compare_scalars(*gold.expression, gold.node, *answer.expression, answer.node, context.work());
}

Part without_sign(Part part) {
  while (part.kind() == NodeKind::kNegate) {
    part = part.child(0);
  }
  return part;
}

/// The decimal that a number is written with: 3.14, -3.14, 3.14%, 3.14·10^5.
std::optional<Part> decimal_in(Part part) {
  part = without_sign(part);
  if (part.kind() == NodeKind::kPercent) {
    part = without_sign(part.child(0));
  }
  if (part.kind() == NodeKind::kMultiply && part.size() == 2 && part.child(1).kind() == NodeKind::kPower) {
    const Part power = part.child(1);
    if (power.child(0).kind() != NodeKind::kInteger || power.child(0).text() != "10") {
      return std::nullopt;
    }
    part = part.child(0);
  }
  return part.kind() == NodeKind::kDecimal ? std::optional(part) : std::nullopt;
}

bool stands_for_a_range(Part decimal) {
  const std::string_view digits = decimal.text();
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  const std::string_view behind =
      digits.substr(digits.size() - std::min<std::size_t>(digits.size(), decimal.at().decimals));
  return decimal.at().repeating == 0 && digits.size() - first >= 3 &&
         behind.find_first_not_of('0') != std::string_view::npos;
}

/// The gold with `delta` units of the place after its last added to its decimal: digits and one more.
Part shifted(Context& context, Part gold, Part decimal, int delta) {
  std::string digits(decimal.text());
  digits += '0';
  // Digits are added to by hand: they may be many.
  int carry = delta;
  for (std::size_t i = digits.size(); i-- > 0 && carry != 0;) {
    int value = digits[i] - '0' + carry;
    carry = 0;
    if (value < 0) {
      value += 10;
      carry = -1;
    } else if (value > 9) {
      value -= 10;
      carry = 1;
    }
    digits[i] = static_cast<char>('0' + value);
  }
  if (carry > 0) {
    digits.insert(0, "1");
  }
  Expression& made = context.make();
  Builder build(made);
  Node node = decimal.at();
  ++node.decimals;
  const auto replace = [&](const Expression& /*from*/, std::uint32_t index, std::uint32_t& replaced) {
    if (index != decimal.node) {
      return false;
    }
    replaced = build.add(node, {}, digits);
    return true;
  };
  const std::uint32_t root = build.copy(*gold.expression, gold.node, replace);
  return {&made, root};
}

/// Does the answer, which has another value, round to the decimal gold at the gold's last digit?
bool rounds_to(Context& context, Part gold, Part answer) {
  const auto decimal = decimal_in(gold);
  if (context.options().tolerance == Tolerance::kNone || !decimal || !stands_for_a_range(*decimal)) {
    return false;
  }
  const auto other = decimal_in(answer);
  if ((other && other->at().decimals <= decimal->at().decimals && other->at().repeating == 0) ||
      without_sign(answer).kind() == NodeKind::kInteger) {
    return false;
  }
  Part low = shifted(context, gold, *decimal, -5);
  Part high = shifted(context, gold, *decimal, 5);
  const auto ordered = [&](Part left, Part right) {
    return order(*left.expression, left.node, *right.expression, right.node, context.work());
  };
  if (ordered(low, high) == Order::kGreater) {  // of a negative gold
    std::swap(low, high);
  }
  const Order above = ordered(answer, low);
  const Order below = ordered(answer, high);
  return (above == Order::kGreater || above == Order::kEqual) && (below == Order::kLess || below == Order::kEqual);
}

Decision numbers(Context& context, Part gold, Part answer) {
  const Decision exact = scalars(context, gold, answer);
  if (exact.truth == Truth::kDifferent && rounds_to(context, gold, answer)) {
    return equal_by(Rung::kBalls);
  }
  return exact;
}

/// What a percent sign stands behind, with its sign: -5% as -5.
std::optional<Part> percentage(Context& context, Part part) {
  const Part size = without_sign(part);
  if (size.kind() != NodeKind::kPercent) {
    return std::nullopt;
  }
  if (part.kind() == NodeKind::kPercent) {
    return size.child(0);
  }
  Expression& made = context.make();
  Builder build(made);
  const std::uint32_t child = build.copy(*size.expression, size.child(0).node);
  return Part{&made, build.add(NodeKind::kNegate, {child})};
}

Decision percentages(Context& context, Part gold, Part answer) {
  const auto wanted = percentage(context, gold);
  const auto found = percentage(context, answer);
  if (!wanted && !found) {
    return numbers(context, gold, answer);
  }
  if (wanted && found) {
    return numbers(context, *wanted, *found);
  }
  const Decision by_value = numbers(context, gold, answer);
  if (by_value.truth == Truth::kEqual || context.options().percent == PercentRule::kValue) {
    return by_value;
  }
  return numbers(context, wanted.value_or(gold), found.value_or(answer));
}

/// 1011_2 against 11_{10} by value, against an answer without a base by its digits.
Decision based_numbers(Context& context, Part gold, Part answer) {
  const bool gold_is_based = without_sign(gold).kind() == NodeKind::kBased;
  const bool same_sign = (gold.kind() == NodeKind::kNegate) == (answer.kind() == NodeKind::kNegate);
  const Part based = without_sign(gold_is_based ? gold : answer);
  const Part other = without_sign(gold_is_based ? answer : gold);
  if (has_kind(kinds_in(other), NodeKind::kBased)) {
    return scalars(context, gold, answer);
  }
  return gold_is_based && same_sign && other.kind() == NodeKind::kInteger && based.text() == other.text()
             ? equal_by(Rung::kText)
             : different_by(Rung::kStructure);
}

/// Of a sum: the lone symbol that is its constant of integration.
std::optional<Part> integration_constant(Part sum, std::string_view letters) {
  if (sum.kind() != NodeKind::kAdd) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const Part term = sum.child(i);
    if (term.kind() == NodeKind::kSymbol && term.text().size() == 1 && letters.find(term.text()[0]) != letters.npos) {
      return term;
    }
  }
  return std::nullopt;
}

bool holds_symbol(Part part, std::string_view name) {
  return !walk(*part.expression, part.node, [&](const Node& node) {
    return node.kind != NodeKind::kSymbol || part.expression->text_of(node) != name;
  });
}

/// x² + C is x² + K.
Decision renamed(Context& context, Part gold, Part answer, Decision otherwise) {
  const auto wanted = integration_constant(gold, "CcKk");
  const auto found = integration_constant(answer, "CcKk");
  if (!wanted || !found || wanted->text() == found->text() || (wanted->text() != "C" && found->text() != "C") ||
      holds_symbol(gold, found->text())) {
    return otherwise;
  }
  Expression& made = context.make();
  Builder build(made);
  const auto replace = [&](const Expression& from, std::uint32_t index, std::uint32_t& replaced) {
    const Node& node = from.nodes[index];
    if (node.kind != NodeKind::kSymbol || from.text_of(node) != found->text()) {
      return false;
    }
    replaced = build.add(NodeKind::kSymbol, {}, wanted->text());
    return true;
  };
  const std::uint32_t root = build.copy(*answer.expression, answer.node, replace);
  return scalars(context, gold, {&made, root});
}

/// A sum with an ellipsis has no value that could be computed: its terms are compared.
Decision with_ellipsis(Context& context, Part gold, Part answer) {
  if (gold.kind() != answer.kind() || gold.size() != answer.size() || gold.size() == 0) {
    return gold.kind() == answer.kind() && gold.kind() == NodeKind::kEllipsis ? equal_by(Rung::kStructure)
                                                                              : undecided();
  }
  Decision all = equal_by(Rung::kStructure);
  for (std::size_t i = 0; i < gold.size() && all.truth != Truth::kDifferent; ++i) {
    all = both(all, compare_parts(context, gold.child(i), answer.child(i)));
  }
  return all;
}

}  // namespace

Decision compare_values(Context& context, Part gold, Part answer) {
  const std::uint64_t kinds = kinds_in(gold) | kinds_in(answer);
  if (has_kind(kinds, NodeKind::kBased) &&
      (without_sign(gold).kind() == NodeKind::kBased || without_sign(answer).kind() == NodeKind::kBased)) {
    return based_numbers(context, gold, answer);
  }
  if (has_kind(kinds, NodeKind::kQuantity)) {
    return compare_quantities(context, gold, answer, percentages);
  }
  if (has_kind(kinds, NodeKind::kPercent)) {
    return percentages(context, gold, answer);
  }
  if (has_kind(kinds, NodeKind::kEllipsis)) {
    return with_ellipsis(context, gold, answer);
  }
  const Decision decision = numbers(context, gold, answer);
  return decision.truth == Truth::kEqual || gold.kind() != NodeKind::kAdd ? decision
                                                                          : renamed(context, gold, answer, decision);
}

}  // namespace hone::rewards::math
