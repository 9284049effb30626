#include "rewards/math/scalar/lowering.h"

#include <algorithm>

#include "rewards/math/scalar/ladder.h"

namespace hone::rewards::math::scalar {
namespace {

bool set_digits(Number& number, std::string_view digits, int base) {
  if (digits.empty()) return false;
  for (const char digit : digits) {
    const bool is_letter = digit > '9';
    const int value = is_letter ? (digit | 0x20) - 'a' + 10 : digit - '0';
    if (value < 0 || value >= base) return false;
  }
  return fmpz_set_str(number.numerator(), std::string(digits).c_str(), base) == 0;
}

void divide_by_power_of_ten(Number& number, unsigned power) {
  Number divisor;
  fmpz_ui_pow_ui(divisor.numerator(), 10, power);
  fmpq_div_fmpz(number.get(), number.get(), divisor.numerator());
}

class Lowering {
 public:
  Lowering(const Expression& expression, Graph& graph) : expression_(expression), graph_(graph) {}

  Id run(std::uint32_t root) {
    // Children stand before their parents, so a sweep down finds what is needed and one up computes it.
    std::vector<bool> is_needed(root + 1);
    is_needed[root] = true;
    for (std::uint32_t index = root + 1; index-- > 0;) {
      const Node& node = expression_.nodes[index];
      for (std::uint32_t i = 0; is_needed[index] && i < node.child_count; ++i) {
        const std::uint32_t child = expression_.children[node.first_child + i];
        if (child >= index) return 0;
        is_needed[child] = true;
      }
    }
    ids_.assign(root + 1, 0);
    for (std::uint32_t index = 0; index <= root; ++index) {
      if (is_needed[index]) ids_[index] = lower(expression_.nodes[index]);
    }
    return ids_[root];
  }

 private:
  Id operand(const Node& node, std::size_t index) const {
    return index < node.child_count ? ids_[expression_.children[node.first_child + index]] : 0;
  }
  std::vector<Id> operands(const Node& node) const {
    std::vector<Id> ids(node.child_count);
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = operand(node, i);
    return ids;
  }

  Id lower(const Node& node) {
    switch (node.kind) {
      case NodeKind::kInteger:
        return integer(node);
      case NodeKind::kDecimal:
        return decimal(node);
      case NodeKind::kSymbol:
        return graph_.symbol(expression_.text_of(node));
      case NodeKind::kConstant:
        return constant(node.constant);
      case NodeKind::kNegate:
        return graph_.negate(operand(node, 0));
      case NodeKind::kAdd:
        return graph_.add(operands(node));
      case NodeKind::kMultiply:
        return graph_.multiply(operands(node));
      case NodeKind::kDivide:
        return graph_.divide(operand(node, 0), operand(node, 1));
      case NodeKind::kPower:
        return graph_.power(operand(node, 0), operand(node, 1));
      case NodeKind::kRoot: {
        const Id index = node.child_count > 1 ? operand(node, 1) : graph_.number(2);
        return graph_.power(operand(node, 0), graph_.power(index, graph_.number(-1)));
      }
      case NodeKind::kFunction:
        return function(node);
      case NodeKind::kAbsolute:
        return graph_.absolute(operand(node, 0));
      case NodeKind::kFactorial:
        return graph_.factorial(operand(node, 0));
      case NodeKind::kBinomial:
        return graph_.binomial(operand(node, 0), operand(node, 1));
      case NodeKind::kPercent:
        return graph_.scale(Number(1, 100), operand(node, 0));
      case NodeKind::kMixed:
        return graph_.add(operand(node, 0), operand(node, 1));
      case NodeKind::kBased:
        return based(node);
      default:
        return 0;
    }
  }

  Id integer(const Node& node) {
    Number value;
    const std::string_view digits = expression_.text_of(node);
    return set_digits(value, digits, 10) ? graph_.number(std::move(value)) : 0;
  }

  // With r digits that recur, the digits less those before them, over 10^(d-r)·(10^r − 1).
  Id decimal(const Node& node) {
    Number value;
    const std::string_view digits = expression_.text_of(node);
    if (node.repeating > node.decimals || !set_digits(value, digits, 10)) return 0;
    if (node.repeating > 0) {
      Number before;
      const std::size_t kept = digits.size() - std::min<std::size_t>(digits.size(), node.repeating);
      if (kept > 0 && !set_digits(before, digits.substr(0, kept), 10)) return 0;
      Number nines;
      fmpz_ui_pow_ui(nines.numerator(), 10, node.repeating);
      fmpz_sub_ui(nines.numerator(), nines.numerator(), 1);
      value = (value - before) * inverse(nines);
    }
    divide_by_power_of_ten(value, node.decimals - node.repeating);
    return graph_.number(std::move(value));
  }

  Id based(const Node& node) {
    const Id base = operand(node, 0);
    if (!graph_.is_number(base) || !graph_.number_of(base).is_small()) return 0;
    const std::int64_t radix = graph_.number_of(base).small();
    Number value;
    if (radix < 2 || radix > 36 || !set_digits(value, expression_.text_of(node), static_cast<int>(radix))) return 0;
    return graph_.number(std::move(value));
  }

  Id constant(Constant constant) {
    switch (constant) {
      case Constant::kPi:
        return graph_.pi();
      case Constant::kE:
        return graph_.euler();
      case Constant::kImaginaryUnit:
        return graph_.imaginary();
      case Constant::kInfinity:
        return graph_.infinity(Sign::kPositive);
      case Constant::kGoldenRatio:
        return graph_.scale(Number(1, 2), graph_.add(graph_.number(1), graph_.square_root(graph_.number(5))));
      default:
        return 0;
    }
  }

  Id reciprocal(Id id) { return graph_.power(id, graph_.number(-1)); }
  Id right_angle_less(Id id) { return graph_.subtract(graph_.scale(Number(1, 2), graph_.pi()), id); }

  Id function(const Node& node) {
    const Id a = operand(node, 0);
    switch (node.function) {
      case Function::kSin:
        return graph_.sine(a);
      case Function::kCos:
        return graph_.cosine(a);
      case Function::kTan:
        return graph_.divide(graph_.sine(a), graph_.cosine(a));
      case Function::kCot:
        return graph_.divide(graph_.cosine(a), graph_.sine(a));
      case Function::kSec:
        return reciprocal(graph_.cosine(a));
      case Function::kCsc:
        return reciprocal(graph_.sine(a));
      case Function::kArcsin:
        return graph_.arcsine(a);
      case Function::kArccos:
        return right_angle_less(graph_.arcsine(a));
      case Function::kArctan:
        return graph_.arctangent(a);
      case Function::kArccot:
        return right_angle_less(graph_.arctangent(a));
      case Function::kArcsec:
        return right_angle_less(graph_.arcsine(reciprocal(a)));
      case Function::kArccsc:
        return graph_.arcsine(reciprocal(a));
      default:
        return more_functions(node, a);
    }
  }

  Id more_functions(const Node& node, Id a) {
    const Id forward = node.function == Function::kSinh || node.function == Function::kCosh ? graph_.exponential(a) : 0;
    switch (node.function) {
      case Function::kSinh:
        return graph_.scale(Number(1, 2), graph_.subtract(forward, reciprocal(forward)));
      case Function::kCosh:
        return graph_.scale(Number(1, 2), graph_.add(forward, reciprocal(forward)));
      case Function::kTanh: {
        const Id square = graph_.exponential(graph_.scale(Number(2), a));
        return graph_.divide(graph_.add(square, graph_.number(-1)), graph_.add(square, graph_.number(1)));
      }
      case Function::kExp:
        return graph_.exponential(a);
      case Function::kLog: {
        const Id logarithm = graph_.logarithm(a);
        return node.child_count > 1 ? graph_.divide(logarithm, graph_.logarithm(operand(node, 1))) : logarithm;
      }
      case Function::kFloor:
        return graph_.floor(a);
      case Function::kCeiling:
        return graph_.negate(graph_.floor(graph_.negate(a)));
      case Function::kSign:
        return graph_.sign_of(a);
      case Function::kMod:
        return graph_.modulo(a, operand(node, 1));
      case Function::kRealPart:
        return graph_.real_part(a);
      case Function::kImaginaryPart:
        return graph_.imaginary_part(a);
      case Function::kConjugate:
        return graph_.conjugate(a);
      case Function::kArgument:
        return graph_.argument(a);
      case Function::kDeterminant:
        return determinant(expression_.child(node, 0));
      case Function::kNamed:
        return named(node);
      default:
        return fold(node);
    }
  }

  Id fold(const Node& node) {
    Id result = operand(node, 0);
    for (std::size_t i = 1; i < node.child_count; ++i) {
      const Id next = operand(node, i);
      if (result == 0 || next == 0) return 0;
      if (node.function == Function::kGcd) {
        result = graph_.gcd(result, next);
      } else if (node.function == Function::kLcm) {
        result = graph_.absolute(graph_.divide(graph_.multiply(result, next), graph_.gcd(result, next)));
      } else if (node.function == Function::kMax) {
        result = graph_.maximum(result, next);
      } else {
        result = graph_.negate(graph_.maximum(graph_.negate(result), graph_.negate(next)));
      }
    }
    return result;
  }

  Id determinant(const Node& matrix) {
    const std::size_t size = matrix.columns;
    if (matrix.kind != NodeKind::kMatrix || size == 0 || size > 4 || matrix.child_count != size * size) return 0;
    return minor(operands(matrix), size);
  }
  Id minor(const std::vector<Id>& entries, std::size_t size) {
    if (size == 1) return entries[0];
    std::vector<Id> terms;
    for (std::size_t skipped = 0; skipped < size; ++skipped) {
      std::vector<Id> rest;
      for (std::size_t i = size; i < entries.size(); ++i) {
        if (i % size != skipped) rest.push_back(entries[i]);
      }
      const Id term = graph_.multiply(entries[skipped], minor(rest, size - 1));
      terms.push_back(skipped % 2 == 0 ? term : graph_.negate(term));
    }
    return graph_.add(terms);
  }

  // f(x + 1) and f(1 + x), f((x + 1)^2) and f(x^2 + 2x + 1) are one vertex: arguments are compared, not their forms.
  Id named(const Node& node) {
    const std::string_view text = expression_.text_of(node);
    const std::vector<Id> arguments = operands(node);
    const Id fresh = graph_.named(text, arguments);
    int comparisons = 0;
    for (Id id = 1; id < fresh; ++id) {
      if (graph_[id].op != Op::kNamed || graph_.name_of(id) != text || graph_[id].child_count != arguments.size())
        continue;
      bool is_equal = ++comparisons <= 8;
      for (std::size_t i = 0; i < arguments.size() && is_equal; ++i) {
        is_equal = compare(graph_, graph_.child(id, i), arguments[i]).truth == Truth::kEqual;
      }
      if (is_equal) return id;
    }
    return fresh;
  }

  const Expression& expression_;
  Graph& graph_;
  std::vector<Id> ids_;
};

}  // namespace

Id lower(const Expression& expression, std::uint32_t node, Graph& graph) {
  return node < expression.nodes.size() ? Lowering(expression, graph).run(node) : 0;
}

}  // namespace hone::rewards::math::scalar
