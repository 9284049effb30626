#include "datasets/arithmetic.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "core/error.h"

namespace hone::datasets {
namespace {

struct Wording {
  std::string_view before;
  std::string_view after;
  std::string_view around;  // around each operation
};

constexpr std::array<Wording, 6> kWordings = {{
    {"Compute ", ".", ""},
    {"What is ", "?", ""},
    {"Evaluate ", ".", ""},
    {"", "=?", ""},
    {"Find the value of ", ".", ""},
    {"What is ", "?", " "},
}};

constexpr int kFactorMax = 9;
constexpr int kOtherFactorMax = 12;
constexpr int kMaximumDraws = 10000;
constexpr std::array<char, 3> kOperations = {'+', '-', '*'};
constexpr std::array<double, 3> kOperationWeights = {0.35, 0.30, 0.35};

Work to_work(const std::vector<Step>& steps, int answer) {
  Work work;
  for (const Step& step : steps) work.steps.push_back(to_text(step));
  work.answer = std::to_string(answer);
  return work;
}

/// What comes out of a step when the carry or borrow is forgotten or the sign dropped; the right result if neither can
/// happen in it.
int without_carry_or_sign(const Step& step) {
  if (step.operation == '*') return step.result < 0 ? -step.result : step.result;
  if (step.left < 0 || step.right < 0 || step.result < 0) return std::abs(step.result);
  const int left_ones = step.left % 10;
  const int right_ones = step.right % 10;
  if (step.operation == '+') return left_ones + right_ones >= 10 ? step.result - 10 : step.result;
  return left_ones < right_ones ? step.result + 10 : step.result;
}

/// A row too far in the multiplication table, or miscounted by one; never the right result.
int misremembered(const Step& step) {
  return step.operation == '*' && step.left != 0 ? step.result + step.left : step.result + 1;
}

/// The careful way with the result of one step put wrong.
template <class Slip>
std::vector<Step> with_slip_at(std::size_t place, const Expression& expression, Slip slip) {
  return work_out(expression, [&](const Step& step, std::size_t at) { return at == place ? slip(step) : step.result; });
}

}  // namespace

ArithmeticProblem::ArithmeticProblem(Expression expression, std::size_t wording)
    : expression_(std::move(expression)),
      wording_(wording % kWordings.size()),
      steps_(work_out(expression_)),
      value_(steps_.back().result) {}

std::string ArithmeticProblem::text() const {
  const Wording& wording = kWordings[wording_];
  return std::string(wording.before) + to_text(expression_, wording.around) + std::string(wording.after);
}

Work ArithmeticProblem::careful() const {
  return to_work(steps_, value_);
}

std::vector<Step> ArithmeticProblem::cut_short(std::size_t most_steps) const {
  for (std::size_t count = std::min(most_steps, steps_.size() - 1); count > 0; --count) {
    if (steps_[count - 1].result != value_) {
      return {steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(count)};
    }
  }
  return {};
}

Work ArithmeticProblem::hasty() const {
  auto steps = work_left_to_right(expression_);
  if (steps.back().result != value_) return to_work(steps, steps.back().result);
  steps = cut_short(steps_.size() - 1);
  if (!steps.empty()) return to_work(steps, steps.back().result);
  steps = steps_;
  Step& last = steps.back();
  last.result = last.operation == '+' ? last.left - last.right : last.left + last.right;
  if (last.result == value_) last.result = misremembered(steps_.back());
  return to_work(steps, last.result);
}

Work ArithmeticProblem::slipped() const {
  for (const auto& slip : {without_carry_or_sign, misremembered}) {
    for (std::size_t place = 0; place < steps_.size(); ++place) {
      const auto steps = with_slip_at(place, expression_, slip);
      if (steps.back().result != value_) return to_work(steps, steps.back().result);
    }
  }
  return {};  // not reached: misremembering the last step always errs
}

Work ArithmeticProblem::stopped_early() const {
  const auto steps = cut_short(1);
  if (!steps.empty()) return to_work(steps, steps.back().result);
  const Step& only = steps_.front();
  const int answer = only.left != value_ ? only.left : only.left + 1;
  return Work{{std::to_string(only.left)}, std::to_string(answer)};
}

std::string ArithmeticProblem::wrong_box() const {
  for (const auto& token : expression_) {
    if (token.is_number() && token.value != value_) return std::to_string(token.value);
  }
  return std::to_string(value_ + 1);
}

ArithmeticDomain::ArithmeticDomain(const ArithmeticOptions& options, const std::string& where) : options_(options) {
  if (options.terms_min > options.terms_max) {
    throw core::ConfigError(where + ": terms_min is " + std::to_string(options.terms_min) +
                            ", needs at most terms_max, which is " + std::to_string(options.terms_max));
  }
}

bool ArithmeticDomain::is_easy_enough(const Expression& expression) const {
  const auto steps = work_out(expression);
  return std::all_of(steps.begin(), steps.end(), [this](const Step& step) {
    if (step.operation == '*') {
      const auto [small, large] = std::minmax({std::abs(step.left), std::abs(step.right)});
      if (small > kFactorMax || large > kOtherFactorMax) return false;
    }
    return step.result >= options_.result_min && step.result <= options_.result_max;
  });
}

Expression ArithmeticDomain::draw_expression(core::RandomStream& stream) const {
  std::vector<double> weights;
  for (int terms = options_.terms_min; terms <= options_.terms_max; ++terms) weights.push_back(terms - 1);
  const int terms = options_.terms_min + static_cast<int>(stream.weighted(weights));
  std::vector<char> operations;
  for (int i = 1; i < terms; ++i) operations.push_back(kOperations[stream.weighted(kOperationWeights)]);

  // Parentheses hold two or more numbers, not all, and at least one sum: around mere products they say nothing.
  int open = -1;
  int close = -1;
  if (terms > 2 && stream.chance(options_.parentheses)) {
    const int width = static_cast<int>(stream.integer(2, terms - 1));
    open = static_cast<int>(stream.integer(0, terms - width));
    close = open + width - 1;
    auto& operation = operations[static_cast<std::size_t>(open)];
    if (operation == '*') operation = stream.chance(0.5) ? '+' : '-';
  }
  Expression expression;
  for (int i = 0; i < terms; ++i) {
    const bool is_factor = (i > 0 && operations[static_cast<std::size_t>(i) - 1] == '*') ||
                           (i + 1 < terms && operations[static_cast<std::size_t>(i)] == '*');
    if (i == open) expression.push_back({'(', 0});
    expression.push_back(
        {'n', static_cast<int>(is_factor ? stream.integer(2, std::min(kFactorMax, options_.operand_max))
                                         : stream.integer(1, options_.operand_max))});
    if (i == close) expression.push_back({')', 0});
    if (i + 1 < terms) expression.push_back({operations[static_cast<std::size_t>(i)], 0});
  }
  return expression;
}

std::unique_ptr<Problem> ArithmeticDomain::draw(core::RandomStream& stream) const {
  for (int attempt = 0; attempt < kMaximumDraws; ++attempt) {
    auto expression = draw_expression(stream);
    if (!is_easy_enough(expression)) continue;
    const auto wording = static_cast<std::size_t>(stream.integer(0, static_cast<std::int64_t>(kWordings.size()) - 1));
    return std::make_unique<ArithmeticProblem>(std::move(expression), wording);
  }
  throw core::ConfigError("arithmetic: no expression keeps its steps between result_min and result_max");
}

}  // namespace hone::datasets
