#include "datasets/expression.h"

#include <algorithm>

namespace hone::datasets {
namespace {

struct Range {
  std::size_t first;
  std::size_t last;  // one past the end
};

/// The inside of the first innermost pair of parentheses, or everything.
Range innermost(const Expression& expression) {
  for (std::size_t i = 0, open = 0; i < expression.size(); ++i) {
    if (expression[i].symbol == '(') open = i + 1;
    if (expression[i].symbol == ')') return {open, i};
  }
  return {0, expression.size()};
}

std::size_t next_operation(const Expression& expression, Range range) {
  const auto begin = expression.begin() + static_cast<std::ptrdiff_t>(range.first);
  const auto end = expression.begin() + static_cast<std::ptrdiff_t>(range.last);
  auto found = std::find_if(begin, end, [](const auto& token) { return token.symbol == '*'; });
  if (found == end) found = std::find_if(begin, end, [](const auto& token) { return token.is_operation(); });
  return static_cast<std::size_t>(found - expression.begin());
}

/// Puts `value` in the place of the operation and its operands, and of parentheses that then hold only that.
void replace(Expression& expression, std::size_t operation, int value) {
  std::size_t first = operation - 1;
  std::size_t last = operation + 2;
  if (first > 0 && last < expression.size() && expression[first - 1].symbol == '(' && expression[last].symbol == ')') {
    --first;
    ++last;
  }
  expression[first] = {'n', value};
  expression.erase(expression.begin() + static_cast<std::ptrdiff_t>(first) + 1,
                   expression.begin() + static_cast<std::ptrdiff_t>(last));
}

}  // namespace

int apply(int left, char operation, int right) {
  switch (operation) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '/':
      return left / right;
    default:
      return left * right;
  }
}

std::string to_text(const Expression& expression, std::string_view around) {
  std::string text;
  for (const auto& token : expression) {
    if (token.is_number()) {
      text += std::to_string(token.value);
    } else if (token.is_operation()) {
      text += std::string(around) + token.symbol + std::string(around);
    } else {
      text += token.symbol;
    }
  }
  return text;
}

std::string to_text(const Step& step) {
  const std::string right = std::to_string(step.right);
  return std::to_string(step.left) + step.operation + (step.right < 0 ? "(" + right + ")" : right) + "=" +
         std::to_string(step.result);
}

std::vector<Step> work_out(Expression expression, const Arithmetic& arithmetic) {
  std::vector<Step> steps;
  while (expression.size() > 1) {
    const std::size_t operation = next_operation(expression, innermost(expression));
    Step step{expression[operation - 1].value, expression[operation].symbol, expression[operation + 1].value, 0};
    step.result = apply(step.left, step.operation, step.right);
    if (arithmetic) step.result = arithmetic(step, steps.size());
    replace(expression, operation, step.result);
    steps.push_back(step);
  }
  return steps;
}

std::vector<Step> work_left_to_right(const Expression& expression) {
  Expression flat;
  std::copy_if(expression.begin(), expression.end(), std::back_inserter(flat),
               [](const auto& token) { return token.is_number() || token.is_operation(); });
  std::vector<Step> steps;
  int value = flat.front().value;
  for (std::size_t i = 1; i + 1 < flat.size(); i += 2) {
    const int result = apply(value, flat[i].symbol, flat[i + 1].value);
    steps.push_back({value, flat[i].symbol, flat[i + 1].value, result});
    value = result;
  }
  return steps;
}

}  // namespace hone::datasets
