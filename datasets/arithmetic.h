#pragma once

#include "core/config_check.h"
#include "datasets/domain.h"
#include "datasets/expression.h"

namespace hone::datasets {

struct ArithmeticOptions {
  int terms_min = 2;
  int terms_max = 4;
  int operand_max = 15;
  double parentheses = 0.35;
  int result_min = -30;
  int result_max = 120;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("terms_min", terms_min, "Fewest numbers in an expression.", core::in_range(2, 8));
    visit("terms_max", terms_max, "Most numbers in an expression; longer ones are drawn more often.",
          core::in_range(2, 8));
    visit("operand_max", operand_max, "Largest number in a question; factors are at most 9 by 12.",
          core::in_range(5, 999));
    visit("parentheses", parentheses, "Share of expressions of three and more numbers with parentheses.",
          core::in_range(0, 1));
    visit("result_min", result_min, "Smallest result of any step.", core::in_range(-9999, 0));
    visit("result_max", result_max, "Largest result of any step.", core::in_range(20, 9999));
  }
};

/// An expression to work out, and how it is asked for.
class ArithmeticProblem : public Problem {
 public:
  /// `wording` picks one of the templates.
  ArithmeticProblem(Expression expression, std::size_t wording);

  [[nodiscard]] std::string content() const override { return to_text(expression_); }
  [[nodiscard]] std::string text() const override;
  [[nodiscard]] Work careful() const override;
  /// Left to right; where that gives the right value too, the last step is left out, or the operation mistaken.
  [[nodiscard]] Work hasty() const override;
  /// A carry or borrow forgotten or a sign dropped; without an occasion for that, a row mistaken in the table.
  [[nodiscard]] Work slipped() const override;
  [[nodiscard]] Work stopped_early() const override;
  [[nodiscard]] std::string wrong_box() const override;

 private:
  /// The careful steps up to the last that has a result other than the value; none if there is no such step.
  [[nodiscard]] std::vector<Step> cut_short(std::size_t most_steps) const;

  Expression expression_;
  std::size_t wording_;
  std::vector<Step> steps_;
  int value_;
};

/// Chains of + - * with parentheses.
class ArithmeticDomain : public Domain {
 public:
  /// Throws ConfigError, beginning with `where`, when the options contradict each other.
  ArithmeticDomain(const ArithmeticOptions& options, const std::string& where);
  [[nodiscard]] std::string_view name() const override { return "arithmetic"; }

 protected:
  [[nodiscard]] std::unique_ptr<Problem> draw(core::RandomStream& stream) const override;

 private:
  [[nodiscard]] Expression draw_expression(core::RandomStream& stream) const;
  [[nodiscard]] bool is_easy_enough(const Expression& expression) const;

  ArithmeticOptions options_;
};

}  // namespace hone::datasets
