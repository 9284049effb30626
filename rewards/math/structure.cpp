#include "rewards/math/structure.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rewards/math/limits.h"

namespace hone::rewards::math {
namespace {

/// Sentences that say what a set says.
bool says_no_solution(std::string_view text) {
  constexpr auto kSentences = std::to_array<std::string_view>(
      {"no solution", "no solutions", "no real solution", "no real solutions", "none", "empty set", "the empty set"});
  return std::find(kSentences.begin(), kSentences.end(), text) != kSentences.end();
}
bool says_all_reals(std::string_view text) {
  constexpr auto kSentences = std::to_array<std::string_view>(
      {"all real numbers", "all reals", "all real", "any real number", "real numbers", "all real values", "reals"});
  return std::find(kSentences.begin(), kSentences.end(), text) != kSentences.end();
}

std::string_view without_article(std::string_view text) {
  for (const std::string_view article : {"the ", "a ", "an "}) {
    if (text.starts_with(article)) {
      return text.substr(article.size());
    }
  }
  return text;
}

Decision compare_texts(Context& context, Part gold, Part answer) {
  if (gold.kind() == NodeKind::kText && answer.kind() == NodeKind::kText) {
    const bool same = without_article(gold.text()) == without_article(answer.text());
    const bool both_empty = says_no_solution(gold.text()) && says_no_solution(answer.text());
    const bool both_all = says_all_reals(gold.text()) && says_all_reals(answer.text());
    return same || both_empty || both_all ? equal_by(Rung::kText) : different_by(Rung::kText);
  }
  const Part text = gold.kind() == NodeKind::kText ? gold : answer;
  const Part other = gold.kind() == NodeKind::kText ? answer : gold;
  if (says_no_solution(text.text())) {
    return other.kind() == NodeKind::kSet && other.size() == 0 ? equal_by(Rung::kStructure)
                                                               : different_by(Rung::kStructure);
  }
  if (says_all_reals(text.text())) {
    Expression& reals = context.make();
    Builder(reals).constant(Constant::kReals);
    bool applies = false;
    const Decision decision = compare_real_sets(context, {&reals, 0}, other, applies);
    return applies ? decision : different_by(Rung::kStructure);
  }
  if (other.kind() == NodeKind::kSet && other.size() == 1) {
    return compare_parts(context, gold.kind() == NodeKind::kSet ? gold.child(0) : gold,
                         answer.kind() == NodeKind::kSet ? answer.child(0) : answer);
  }
  return different_by(Rung::kStructure);
}

/// A matrix times a number as the matrix of the products; another part as it is.
Part with_matrix_scaled(Context& context, Part part) {
  if (part.kind() != NodeKind::kMultiply && part.kind() != NodeKind::kNegate && part.kind() != NodeKind::kDivide) {
    return part;
  }
  std::size_t which = part.size();
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part.child(i).kind() == NodeKind::kMatrix) {
      which = which == part.size() ? i : part.size() + 1;
    }
  }
  if (which >= part.size() || (part.kind() == NodeKind::kDivide && which != 0)) {
    return part;
  }
  const Part matrix = part.child(which);
  if (matrix.size() * part.size() > 500) {
    return part;
  }
  Expression& made = context.make();
  Builder build(made);
  std::vector<std::uint32_t> entries;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    std::vector<std::uint32_t> factors;
    for (std::size_t j = 0; j < part.size(); ++j) {
      factors.push_back(build.copy(*part.expression, j == which ? matrix.child(i).node : part.child(j).node));
    }
    entries.push_back(build.add(part.at(), factors));
  }
  return {&made, build.add(matrix.at(), entries)};
}

bool is_relation(NodeKind kind) {
  return kind == NodeKind::kRelation || kind == NodeKind::kChain;
}

/// Name of a function's value, f(x), or of a quantity in words: it may be left out, and y may stand for it.
bool is_function_name(Part name) {
  return name.kind() == NodeKind::kFunction || name.kind() == NodeKind::kText || name.kind() == NodeKind::kMultiply;
}

/// (a, b) = (1, 2) as a = 1, b = 2.
Part member_assignments(Context& context, const Assignment& assignment) {
  if (assignment.value.kind() != NodeKind::kTuple || assignment.value.size() != assignment.name.size()) {
    return {};
  }
  Expression& made = context.make();
  Builder build(made);
  std::vector<std::uint32_t> members;
  for (std::size_t i = 0; i < assignment.name.size(); ++i) {
    const std::uint32_t name = build.copy(*assignment.name.expression, assignment.name.child(i).node);
    const std::uint32_t value = build.copy(*assignment.value.expression, assignment.value.child(i).node);
    members.push_back(build.relation(Relation::kEqual, name, value));
  }
  Node node;
  node.kind = NodeKind::kList;
  return {&made, build.add(node, members)};
}

/// 3+4 = 7 and 9/7 ≈ 1.2857: constants on both sides, which agree, are the value that is on one of them.
Decision compare_constant_equation(Context& context, Part gold, Part equation, bool& applies) {
  applies = equation.kind() == NodeKind::kRelation &&
            (equation.at().relation == Relation::kEqual || equation.at().relation == Relation::kApproximately) &&
            is_scalar(gold.kind()) && is_scalar(equation.child(0).kind()) && is_scalar(equation.child(1).kind()) &&
            !has_symbol(*equation.expression, equation.node);
  if (!applies) {
    return undecided();
  }
  if (compare_values(context, equation.child(1), equation.child(0)).truth != Truth::kEqual) {
    return different_by(Rung::kStructure);
  }
  const Decision right = compare_values(context, gold, equation.child(1));
  return right.truth == Truth::kEqual ? right : compare_values(context, gold, equation.child(0));
}

/// x = 5 against 5, and against x = 5. `applies` is false where neither is an assignment.
Decision compare_assignments(Context& context, Part gold, Part answer, bool& applies) {
  const Assignment wanted = assignment_of(gold);
  const Assignment found = assignment_of(answer);
  applies = wanted.holds || found.holds;
  if (wanted.holds && wanted.name.kind() == NodeKind::kTuple && wanted.value.kind() == NodeKind::kTuple &&
      answer.kind() == NodeKind::kList && assignment_of(answer.child(0)).holds) {
    const Part parted = member_assignments(context, wanted);
    applies = parted.expression != nullptr;
    return applies ? compare_collections(context, parted, answer) : undecided();
  }
  if (found.holds && found.name.kind() == NodeKind::kTuple && found.value.kind() == NodeKind::kTuple &&
      gold.kind() == NodeKind::kList && assignment_of(gold.child(0)).holds) {
    const Part parted = member_assignments(context, found);
    applies = parted.expression != nullptr;
    return applies ? compare_collections(context, gold, parted) : undecided();
  }
  if (wanted.holds && found.holds) {
    const bool both_symbols = wanted.name.kind() == NodeKind::kSymbol && found.name.kind() == NodeKind::kSymbol;
    const bool same_name = both_symbols ? wanted.name.text() == found.name.text()
                                        : is_function_name(wanted.name) || is_function_name(found.name);
    const Decision values = compare_parts(context, wanted.value, found.value);
    if (same_name && values.truth != Truth::kDifferent) {
      return values;
    }
    return compare_relations(context, gold, answer);
  }
  if (wanted.holds && !is_relation(answer.kind()) && !is_real_set(answer)) {
    return compare_parts(context, wanted.value, answer);
  }
  if (found.holds && !is_relation(gold.kind()) && !is_real_set(gold)) {
    return compare_parts(context, gold, found.value);
  }
  applies = false;
  return undecided();
}

/// ℝ, ℤ and the like, which are written as constants.
bool is_named_set(Part part) {
  return part.kind() == NodeKind::kConstant && part.at().constant >= Constant::kReals;
}

Decision compare_unwrapped(Context& context, Part gold, Part answer) {
  if (gold.kind() == NodeKind::kText || answer.kind() == NodeKind::kText) {
    return compare_texts(context, gold, answer);
  }
  if (is_named_set(gold) && is_named_set(answer)) {
    return gold.at().constant == answer.at().constant ? equal_by(Rung::kText) : different_by(Rung::kStructure);
  }
  if ((is_named_set(gold) && is_scalar(answer.kind())) || (is_named_set(answer) && is_scalar(gold.kind()))) {
    return different_by(Rung::kStructure);
  }
  if (is_time(gold) || is_time(answer) || gold.kind() == NodeKind::kRatio || answer.kind() == NodeKind::kRatio) {
    return compare_ratios(context, gold, answer);
  }
  if (is_real_set(gold) || is_real_set(answer)) {
    if (is_relation(gold.kind()) && is_relation(answer.kind())) {
      const Decision decision = compare_relations(context, gold, answer);
      if (decision.truth == Truth::kEqual) {
        return decision;
      }
    }
    bool applies = false;
    const Decision decision = compare_real_sets(context, gold, answer, applies);
    if (applies) {
      return decision;
    }
  }
  if (is_relation(gold.kind()) && is_relation(answer.kind())) {
    return compare_relations(context, gold, answer);
  }
  if (is_collection(gold.kind()) || is_collection(answer.kind())) {
    return compare_collections(context, gold, answer);
  }
  if (is_scalar(gold.kind()) && is_scalar(answer.kind())) {
    return compare_values(context, gold, answer);
  }
  return same_tree(*gold.expression, gold.node, *answer.expression, answer.node) ? equal_by(Rung::kText)
                                                                                 : different_by(Rung::kStructure);
}

}  // namespace

Decision both(Decision left, Decision right) {
  if (left.truth == Truth::kDifferent || right.truth == Truth::kEqual) {
    return {left.truth, left.truth == Truth::kEqual ? std::max(left.rung, right.rung) : left.rung};
  }
  return right;
}

bool is_scalar(NodeKind kind) {
  return kind <= NodeKind::kBased;
}

bool is_collection(NodeKind kind) {
  return kind == NodeKind::kList || kind == NodeKind::kTuple || kind == NodeKind::kBracketed ||
         kind == NodeKind::kSet || kind == NodeKind::kMatrix || kind == NodeKind::kInterval;
}

Decision compare_parts(Context& context, Part gold, Part answer) {
  if (!context.spend()) {
    return undecided();
  }
  gold = with_matrix_scaled(context, without_plus_minus(context, gold));
  answer = with_matrix_scaled(context, without_plus_minus(context, answer));
  bool applies = false;
  const Decision assigned = compare_assignments(context, gold, answer, applies);
  if (applies) {
    return assigned;
  }
  const Decision stated = compare_constant_equation(context, gold, answer, applies);
  if (applies) {
    return stated;
  }
  const Decision stated_by_gold = compare_constant_equation(context, answer, gold, applies);
  return applies ? stated_by_gold : compare_unwrapped(context, gold, answer);
}

}  // namespace hone::rewards::math
