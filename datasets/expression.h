#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hone::datasets {

/// A number or one of + - * ( ).
struct ExpressionToken {
  char symbol = 'n';  // 'n': a number
  int value = 0;

  [[nodiscard]] bool is_number() const { return symbol == 'n'; }
  [[nodiscard]] bool is_operation() const { return symbol == '+' || symbol == '-' || symbol == '*'; }
};

using Expression = std::vector<ExpressionToken>;

/// One operation carried out: "3+4=7".
struct Step {
  int left = 0;
  char operation = '+';
  int right = 0;
  int result = 0;
};

[[nodiscard]] int apply(int left, char operation, int right);
/// "3+(4-5)*2", with the given text around each operation.
[[nodiscard]] std::string to_text(const Expression& expression, std::string_view around = "");
/// "4-(-3)=7": a negative right operand is put in parentheses.
[[nodiscard]] std::string to_text(const Step& step);

/// The result of a step, given the step as it should be and its place in the order of work.
using Arithmetic = std::function<int(const Step& step, std::size_t place)>;

/// Works an expression out as taught: innermost parentheses first, then products, then sums, each from the left.
/// `arithmetic` may replace the results. The last step's result is the value. Needs a well-formed expression with at
/// least one operation.
[[nodiscard]] std::vector<Step> work_out(Expression expression, const Arithmetic& arithmetic = {});
/// The same from left to right, blind to parentheses and precedence.
[[nodiscard]] std::vector<Step> work_left_to_right(const Expression& expression);

}  // namespace hone::datasets
