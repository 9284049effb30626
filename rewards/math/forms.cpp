#include "rewards/math/forms.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string>
#include <vector>

#include "rewards/math/characters.h"

namespace hone::rewards::math {
namespace {

Part unsigned_part(Part part) {
  return part.kind() == NodeKind::kNegate ? part.child(0) : part;
}
bool is_plain_number(Part part) {
  const NodeKind kind = unsigned_part(part).kind();
  return kind == NodeKind::kInteger || kind == NodeKind::kDecimal;
}
bool is_integer(Part part) {
  return unsigned_part(part).kind() == NodeKind::kInteger;
}
bool is_power_of_ten(Part part) {
  return part.kind() == NodeKind::kPower && part.child(0).kind() == NodeKind::kInteger &&
         part.child(0).text() == "10" && is_integer(part.child(1));
}
bool is_plain_fraction(Part part) {
  return part.kind() == NodeKind::kDivide && is_integer(part.child(0)) && is_integer(part.child(1));
}

/// 3 hours and 30 minutes.
bool is_sum_of_quantities(Part part) {
  bool all = part.kind() == NodeKind::kAdd;
  for (std::size_t i = 0; i < part.size() && all; ++i) {
    all = part.child(i).kind() == NodeKind::kQuantity || is_sum_of_quantities(part.child(i));
  }
  return all;
}

bool is_scaled_matrix(Part part) {
  const bool may_be = part.kind() == NodeKind::kMultiply || part.kind() == NodeKind::kNegate;
  return may_be && contains(*part.expression, part.node, NodeKind::kMatrix);
}

/// 10^6 and the 1000000 of "2 million".
bool is_round_factor(Part part) {
  return is_power_of_ten(part) || (part.kind() == NodeKind::kInteger && part.text().size() > 2 &&
                                   part.text().find_first_not_of('0', 1) == std::string_view::npos);
}

/// What is to be judged by its form: the scalars of a structure, the values of its relations.
void collect_values(Part part, std::vector<Part>& values) {
  if (values.size() > 64) {
    return;
  }
  const Assignment assignment = assignment_of(part);
  if (assignment.holds) {
    collect_values(assignment.value, values);
    return;
  }
  const bool is_whole = part.kind() == NodeKind::kRatio;
  if (!is_whole &&
      (!is_scalar(part.kind()) || part.kind() == NodeKind::kPlusMinus || part.kind() == NodeKind::kMinusPlus ||
       part.kind() == NodeKind::kQuantity || is_sum_of_quantities(part) || is_scaled_matrix(part))) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      collect_values(part.child(i), values);
    }
    return;
  }
  values.push_back(part);
}

/// π/4, 3π/4, \frac{3}{4}\pi: how an angle in radians is written.
bool is_multiple_of_pi(Part part) {
  part = unsigned_part(part);
  if (part.kind() == NodeKind::kConstant) {
    return part.at().constant == Constant::kPi;
  }
  if (part.kind() == NodeKind::kDivide) {
    return is_multiple_of_pi(part.child(0)) && is_integer(part.child(1));
  }
  return part.kind() == NodeKind::kMultiply && part.size() == 2 && is_multiple_of_pi(part.child(1)) &&
         (is_plain_number(part.child(0)) || is_plain_fraction(unsigned_part(part.child(0))));
}

bool is_atomic(Part part) {
  const Part size = unsigned_part(part);
  return size.size() == 0 || is_number_literal(part) || is_multiple_of_pi(part);
}

bool is_solved(Part part) {
  if (part.kind() == NodeKind::kRelation) {
    const bool left = part.child(0).kind() == NodeKind::kSymbol;
    const bool right = part.child(1).kind() == NodeKind::kSymbol;
    const Part value = part.child(left ? 1 : 0);
    return (left || right) && !has_symbol(*value.expression, value.node);
  }
  if (part.kind() == NodeKind::kChain || part.kind() == NodeKind::kUnion || part.kind() == NodeKind::kIntersection ||
      part.kind() == NodeKind::kList) {
    bool all = true;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const Part member = part.child(i);
      all = all && (is_solved(member) || (member.kind() != NodeKind::kRelation && member.kind() != NodeKind::kChain));
    }
    return all;
  }
  return false;
}

bool holds_relation(Part part) {
  return contains(*part.expression, part.node, NodeKind::kRelation);
}

/// Operations that leave the value to be worked out, where the gold has none of the kind.
bool is_unfinished(const std::vector<Part>& gold, Part answer) {
  bool gold_has_functions = false;
  bool gold_counts = false;
  std::size_t gold_size = 0;
  for (const Part part : gold) {
    walk(*part.expression, part.node, [&](const Node& node) {
      gold_has_functions = gold_has_functions || node.kind == NodeKind::kFunction;
      gold_counts = gold_counts || node.kind == NodeKind::kFactorial || node.kind == NodeKind::kBinomial;
      ++gold_size;
      return true;
    });
  }
  std::size_t size = 0;
  const bool finished = walk(*answer.expression, answer.node, [&](const Node& node) {
    ++size;
    const bool is_exponential = node.kind == NodeKind::kFunction && node.function == Function::kExp;
    return (node.kind != NodeKind::kFunction || gold_has_functions || is_exponential) &&
           ((node.kind != NodeKind::kFactorial && node.kind != NodeKind::kBinomial) || gold_counts);
  });
  return !finished || size > 3 * gold_size + 12;
}

std::string plain_spelling(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\\div")) {
      result += '/';
      i += 4;
    } else if (rest.starts_with("\xC3\xB7")) {
      result += '/';
      i += 2;
    } else {
      const bool is_kept = !is_space(rest.front()) && rest.front() != '\\' && rest.front() != '$';
      result += is_kept ? std::string_view(rest).substr(0, 1) : std::string_view();
      ++i;
    }
  }
  return result;
}

bool holds_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const char after = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    if (!is_digit(before) && before != '.' && !(is_digit(after) && word.back() != '%')) {
      return true;
    }
  }
  return false;
}

/// A literal as it would be typed: "-3/4", "2 1/3", "50%".
std::string literal_spelling(Part part) {
  const auto number = [](Part digits) {
    std::string text(digits.text());
    if (digits.at().decimals > 0) {
      if (text.size() <= digits.at().decimals) {
        text.insert(0, digits.at().decimals + 1U - text.size(), '0');
      }
      text.insert(text.size() - digits.at().decimals, ".");
    }
    return text;
  };
  switch (part.kind()) {
    case NodeKind::kNegate:
      return "-" + literal_spelling(part.child(0));
    case NodeKind::kInteger:
    case NodeKind::kDecimal:
      return number(part);
    case NodeKind::kDivide:
      return literal_spelling(part.child(0)) + "/" + literal_spelling(part.child(1));
    case NodeKind::kMixed:
      return literal_spelling(part.child(0)) + " " + literal_spelling(part.child(1));
    case NodeKind::kPercent:
      return literal_spelling(part.child(0)) + "%";
    default:
      return {};
  }
}

bool is_copied_literal(Part gold, Part answer, const std::string& question) {
  if (is_plain_number(answer)) {
    return false;
  }
  const std::string spelling = literal_spelling(answer);
  if (spelling.empty() || (is_number_literal(gold) && literal_spelling(gold) == spelling)) {
    return false;
  }
  if (holds_word(question, plain_spelling(spelling))) {
    return true;
  }
  const std::size_t slash = spelling.find('/');
  return slash != std::string::npos && spelling.find(' ') == std::string::npos &&
         holds_word(question, "frac{" + spelling.substr(0, slash) + "}{" + spelling.substr(slash + 1) + "}");
}

/// An expression of some size that stands in the question as it is written. A number with its unit is none.
bool is_copied_expression(Part gold, Part answer, std::string_view answer_text, const std::string& question) {
  const Part value = unsigned_part(answer.kind() == NodeKind::kQuantity ? answer.child(0) : answer);
  if (!is_scalar(value.kind()) || is_atomic(value) ||
      same_tree(*gold.expression, gold.node, *answer.expression, answer.node)) {
    return false;
  }
  const std::string spelling = plain_spelling(answer_text);
  return spelling.size() >= 3 && holds_word(question, spelling);
}

bool is_factored(Part part) {
  part = unsigned_part(part);
  if (part.kind() == NodeKind::kPower) {
    return unsigned_part(part.child(0)).kind() == NodeKind::kAdd;
  }
  if (part.kind() != NodeKind::kMultiply) {
    return false;
  }
  for (std::size_t i = 0; i < part.size(); ++i) {
    const Part factor = part.child(i);
    if (factor.kind() == NodeKind::kAdd || is_factored(factor)) {
      return true;
    }
  }
  return false;
}

bool asks_to_factor(std::string_view question) {
  for (std::size_t i = 0; i + 6 <= question.size(); ++i) {
    if ((question[i] == 'f' || question[i] == 'F') && question.substr(i + 1, 5) == "actor" &&
        !(i + 8 <= question.size() && question.substr(i + 6, 2) == "ia")) {
      return true;
    }
  }
  return false;
}

std::int64_t small_value(Part part) {
  const std::string_view digits = unsigned_part(part).text();
  std::int64_t value = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return end.ec == std::errc() ? value : 0;
}

/// Fractions in lowest terms, no square under a root.
bool is_simplified(Part part) {
  return walk(*part.expression, part.node, [&](const Node& node) {
    const Part at{part.expression, static_cast<std::uint32_t>(&node - part.expression->nodes.data())};
    if (is_plain_fraction(at)) {
      const std::int64_t below = small_value(at.child(1));
      return below == 0 || (below != 1 && std::gcd(small_value(at.child(0)), below) == 1);
    }
    if (node.kind == NodeKind::kRoot && at.child(0).kind() == NodeKind::kInteger && at.child(1).text() == "2") {
      const std::int64_t radicand = small_value(at.child(0));
      for (std::int64_t root = 2; root * root <= radicand && root < 100000; ++root) {
        if (radicand % (root * root) == 0) {
          return false;
        }
      }
    }
    return true;
  });
}

std::string_view value_refusal(const std::vector<Part>& wanted, const std::vector<Part>& found) {
  const bool all_literal = std::all_of(wanted.begin(), wanted.end(), is_atomic);
  const bool all_integers = std::all_of(wanted.begin(), wanted.end(), is_integer);
  for (const Part part : found) {
    if (has_symbol(*part.expression, part.node)) {
      continue;
    }
    const NodeKind kind = unsigned_part(part).kind();
    const bool is_division = kind == NodeKind::kMixed || (kind == NodeKind::kDivide && !is_multiple_of_pi(part));
    if (all_literal ? !is_atomic(part) || (all_integers && is_division)
                    : !is_atomic(part) && is_unfinished(wanted, part)) {
      return "an expression, not a value";
    }
  }
  return {};
}

std::string_view demanded_refusal(Part gold, Part answer, const std::vector<Part>& found,
                                  const CompareOptions& options) {
  const RequireForm form = options.require_form;
  if (form == RequireForm::kSimplified && !is_simplified(answer)) {
    return "not simplified";
  }
  if (form == RequireForm::kDecimal && !std::all_of(found.begin(), found.end(), is_plain_number)) {
    return "not a decimal";
  }
  if (form == RequireForm::kInterval && holds_relation(answer)) {
    return "not an interval";
  }
  const bool wants_factors = form == RequireForm::kFactored || asks_to_factor(options.question_text);
  if (wants_factors && is_factored(gold) && !is_factored(answer)) {
    return "not factored";
  }
  return {};
}

}  // namespace

bool is_number_literal(Part part) {
  part = unsigned_part(part);
  switch (part.kind()) {
    case NodeKind::kInteger:
    case NodeKind::kDecimal:
    case NodeKind::kBased:
    case NodeKind::kMixed:
      return true;
    case NodeKind::kDivide:
      return is_plain_fraction(part);
    case NodeKind::kPercent:
      return is_number_literal(part.child(0)) && part.child(0).kind() != NodeKind::kPercent;
    case NodeKind::kMultiply:
      return part.size() == 2 && is_plain_number(part.child(0)) && is_round_factor(part.child(1));
    case NodeKind::kPower:
      return is_power_of_ten(part);
    case NodeKind::kRatio:
      return true;
    default:
      return false;
  }
}

std::string_view form_refusal(Part gold, Part answer, std::string_view answer_text, const CompareOptions& options) {
  if (options.require_form == RequireForm::kAny) {
    return {};
  }
  std::vector<Part> wanted;
  std::vector<Part> found;
  collect_values(gold, wanted);
  collect_values(answer, found);
  const Assignment gold_assignment = assignment_of(gold);
  const bool gold_is_solved =
      is_solved(gold) || (is_real_set(gold) && !holds_relation(gold)) ||
      (gold_assignment.holds && !has_symbol(*gold_assignment.value.expression, gold_assignment.value.node));
  if (gold_is_solved && holds_relation(answer) && !is_solved(answer) && !assignment_of(answer).holds &&
      (answer.kind() == NodeKind::kRelation || answer.kind() == NodeKind::kChain)) {
    return "not solved";
  }
  if (answer.kind() == NodeKind::kRelation && answer.at().relation == Relation::kEqual && is_scalar(gold.kind()) &&
      !assignment_of(answer).holds) {
    return "an equation, not a value";
  }
  if (const std::string_view refusal = value_refusal(wanted, found); !refusal.empty()) {
    return refusal;
  }
  if (const std::string_view refusal = demanded_refusal(gold, answer, found, options); !refusal.empty()) {
    return refusal;
  }
  if (options.question_text.empty()) {
    return {};
  }
  const std::string question = plain_spelling(options.question_text);
  for (const Part part : found) {
    const Part counterpart = wanted.empty() ? gold : wanted.front();
    if (is_number_literal(part) && found.size() == 1 && is_copied_literal(counterpart, part, question)) {
      return "copied from the question, not a value";
    }
  }
  return is_copied_expression(gold, answer, answer_text, question) ? "copied from the question, not a value"
                                                                   : std::string_view();
}

}  // namespace hone::rewards::math
