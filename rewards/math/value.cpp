#include "rewards/math/value.h"

#include <utility>

#include "rewards/math/limits.h"

namespace hone::rewards::math {
namespace {

std::size_t bits(const Integer& value) {
  return value.is_zero() ? 0 : boost::multiprecision::msb(abs(value)) + 1;
}
std::size_t words(const Integer& value) {
  return bits(value) / 64 + 1;
}

// Boost reads a leading zero as octal.
Integer from_digits(const std::string& digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? Integer(0) : Integer(digits.substr(first));
}

class Evaluator {
 public:
  explicit Evaluator(const Tree& tree) : tree_(tree), values_(tree.nodes.size()) {}

  EvaluationResult run(Rational& value) {
    for (std::size_t i = 0; i < tree_.nodes.size() && result_ == EvaluationResult::kEvaluated; ++i) {
      values_[i] = apply(tree_.nodes[i]);
    }
    value = std::move(values_.back());
    return result_;
  }

 private:
  Rational& operand(int index) { return values_[static_cast<std::size_t>(index)]; }

  Rational fail(EvaluationResult why) {
    result_ = why;
    return {};
  }

  Rational apply(const Node& node) {
    switch (node.kind) {
      case NodeKind::kNumber:
        return {from_digits(node.digits), pow(Integer(10), static_cast<unsigned>(node.decimals))};
      case NodeKind::kNegate:
        return {-operand(node.left).numerator, std::move(operand(node.left).denominator)};
      case NodeKind::kPercent:
        return multiply(operand(node.left), {1, 100});
      case NodeKind::kAdd:
      case NodeKind::kMixed:
        return add(operand(node.left), operand(node.right));
      case NodeKind::kSubtract:
        operand(node.right).numerator = -operand(node.right).numerator;
        return add(operand(node.left), operand(node.right));
      case NodeKind::kMultiply:
        return multiply(operand(node.left), operand(node.right));
      case NodeKind::kDivide:
      case NodeKind::kFraction:
        return divide(operand(node.left), operand(node.right));
      case NodeKind::kPower:
        return power(operand(node.left), operand(node.right));
    }
    return fail(EvaluationResult::kUndefined);
  }

  // Refuses before it computes.
  bool affordable(const Integer& left, const Integer& right) {
    work_ += words(left) * words(right);
    if (work_ > kMaxWork || bits(left) + bits(right) > kMaxBits) {
      result_ = EvaluationResult::kTooLarge;
      return false;
    }
    return true;
  }

  Integer product(const Integer& left, const Integer& right) {
    return affordable(left, right) ? Integer(left * right) : Integer(0);
  }

  Rational add(const Rational& left, const Rational& right) {
    if (left.denominator == right.denominator) {
      work_ += words(left.numerator) + words(right.numerator);
      return {left.numerator + right.numerator, left.denominator};
    }
    return {product(left.numerator, right.denominator) + product(right.numerator, left.denominator),
            product(left.denominator, right.denominator)};
  }

  Rational multiply(const Rational& left, const Rational& right) {
    return {product(left.numerator, right.numerator), product(left.denominator, right.denominator)};
  }

  Rational divide(const Rational& left, const Rational& right) {
    if (right.numerator.is_zero()) {
      return fail(EvaluationResult::kUndefined);
    }
    Rational inverse{right.denominator, right.numerator};
    if (inverse.denominator < 0) {
      inverse.numerator = -inverse.numerator;
      inverse.denominator = -inverse.denominator;
    }
    return multiply(left, inverse);
  }

  Rational power(const Rational& base, const Rational& exponent) {
    if (!is_integer(exponent)) {
      return fail(EvaluationResult::kUndefined);
    }
    const Integer whole = exponent.numerator / exponent.denominator;
    if (abs(whole) > kMaxExponent) {
      return fail(EvaluationResult::kTooLarge);
    }
    const auto count = abs(whole).convert_to<unsigned>();
    if (base.numerator.is_zero() && whole <= 0) {
      return fail(EvaluationResult::kUndefined);
    }
    const std::size_t size =
        bits(base.numerator) > bits(base.denominator) ? bits(base.numerator) : bits(base.denominator);
    const std::size_t result_words = size * count / 64 + 1;
    work_ += result_words * result_words;
    if (size * count > kMaxBits || work_ > kMaxWork) {
      return fail(EvaluationResult::kTooLarge);
    }
    const Rational raised{pow(base.numerator, count), pow(base.denominator, count)};
    return whole < 0 ? divide({1, 1}, raised) : raised;
  }

  const Tree& tree_;
  std::vector<Rational> values_;
  std::size_t work_ = 0;
  EvaluationResult result_ = EvaluationResult::kEvaluated;
};

}  // namespace

bool operator==(const Rational& left, const Rational& right) {
  return left.numerator * right.denominator == right.numerator * left.denominator;
}

bool is_integer(const Rational& value) {
  return value.numerator % value.denominator == 0;
}

EvaluationResult evaluate(const Tree& tree, Rational& value) {
  return Evaluator(tree).run(value);
}

}  // namespace hone::rewards::math
