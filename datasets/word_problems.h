#pragma once

#include <string>
#include <vector>

#include "core/config_check.h"
#include "datasets/domain.h"
#include "datasets/expression.h"

namespace hone::datasets {

struct WordProblemOptions {
  int number_max = 20;
  int result_max = 100;
  double one_step = 0.3;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("number_max", number_max, "Largest number in a question; factors are at most 9 by 12.",
          core::in_range(10, 99));
    visit("result_max", result_max, "Largest result of any step.", core::in_range(20, 9999));
    visit("one_step", one_step, "Share of problems of one step; the others take two.", core::in_range(0, 1));
  }
};

/// A story with numbers. What is to be done with them is a program in postfix: "ab*c+" is a*b+c.
class WordProblem : public Problem {
 public:
  WordProblem(std::string program, std::vector<int> numbers, std::string text);

  [[nodiscard]] std::string content() const override;
  [[nodiscard]] std::string text() const override { return text_; }
  [[nodiscard]] Work careful() const override;
  /// Adds the first two numbers and leaves it at that; where that is right, subtracts them.
  [[nodiscard]] Work hasty() const override;
  /// Confuses an operation: adds instead of multiplying, subtracting or dividing, subtracts instead of adding.
  [[nodiscard]] Work slipped() const override;
  [[nodiscard]] Work stopped_early() const override;
  [[nodiscard]] std::string wrong_box() const override;

 private:
  std::string program_;
  std::vector<int> numbers_;
  std::string text_;
  std::vector<Step> steps_;
  int value_;
};

/// One- and two-step stories about having, giving, groups, prices and sharing.
class WordProblemDomain : public Domain {
 public:
  WordProblemDomain(const WordProblemOptions& options, const std::string& /*where*/) : options_(options) {}
  [[nodiscard]] std::string_view name() const override { return "word_problems"; }

 protected:
  [[nodiscard]] std::unique_ptr<Problem> draw(core::RandomStream& stream) const override;

 private:
  [[nodiscard]] bool is_easy_enough(const std::vector<Step>& steps) const;

  WordProblemOptions options_;
};

}  // namespace hone::datasets
