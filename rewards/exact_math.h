#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/config_check.h"
#include "rewards/extraction.h"
#include "rewards/math/compare.h"
#include "rewards/scorer.h"

namespace hone::rewards {

/// How answers are compared; docs/exact_math.md has each option with examples.
struct ExactMathOptions {
  ExtractionMode extraction = ExtractionMode::kStrict;
  math::RequireForm require_form = math::RequireForm::kAsGold;
  math::ListOrder list_order = math::ListOrder::kAny;
  math::PercentRule percent = math::PercentRule::kEither;
  math::TupleAsSet tuple_as_set = math::TupleAsSet::kStrict;
  math::UnitRule units = math::UnitRule::kOptional;
  math::AngleUnit angle = math::AngleUnit::kRadians;
  math::Tolerance tolerance = math::Tolerance::kDigits;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("extraction", extraction,
          "How the answer is read out of the text: strict for training, flexible for evaluation.");
    visit(
        "require_form", require_form,
        "What of the gold's form the answer must have: as_gold refuses an expression that merely has a value's value, "
        "such as 3+4 for 7, and what is copied from the question; any compares values alone.");
    visit("list_order", list_order, "Does the order of a bare list count, 1, 2 against 2, 1: any or strict.");
    visit("percent", percent, "Is 12.5% either 0.125 or 12.5, or its value alone, 0.125: either or value.");
    visit("tuple_as_set", tuple_as_set, "Is (1,2) different from {1,2}, or the same when lenient: strict or lenient.");
    visit("units", units, "May a unit be left out on one side, 5 cm against 5: optional or required.");
    visit("angle", angle, "What a bare number is as the argument of sin: radians or degrees.");
    visit("tolerance", tolerance,
          "Does a decimal gold of three digits or more stand for what rounds to it, 3.14 for pi: digits or none.");
  }

  [[nodiscard]] math::CompareOptions comparison(std::string_view question_text) const;
};

/// 1 when the extracted answer is the gold, exactly; else 0. Whatever the answer holds, it takes well under 50 ms.
///   parts: strict, flexible (the score under either extraction), undecided (1 when no verdict was reached)
///   notes: verdict, rung, gold_form, answer_form (both as they were read), extraction (its rung)
///   detail: the rung that decided and both as they were read: "algebraic: 2*root(3, 2) is root(12, 2)"
/// kWrongFormat when no answer could be extracted; kUnscorable when the question has no gold, or one that passes the
/// caps.
class ExactMath final : public Scorer {
 public:
  explicit ExactMath(const ExactMathOptions& options = {});
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;

 private:
  ExactMathOptions options_;
};

/// An account for a person of how one answer is judged: what is extracted, how both sides are read, which rung decides.
[[nodiscard]] std::string explain(std::string_view gold, std::string_view answer, const ExactMathOptions& options);

}  // namespace hone::rewards

template <>
struct hone::core::EnumNames<hone::rewards::math::ListOrder> {
  using Enum = hone::rewards::math::ListOrder;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kAny, "any"}, {Enum::kStrict, "strict"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::math::PercentRule> {
  using Enum = hone::rewards::math::PercentRule;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kEither, "either"}, {Enum::kValue, "value"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::math::TupleAsSet> {
  using Enum = hone::rewards::math::TupleAsSet;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kStrict, "strict"}, {Enum::kLenient, "lenient"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::math::UnitRule> {
  using Enum = hone::rewards::math::UnitRule;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kOptional, "optional"},
                                                            {Enum::kRequired, "required"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::math::AngleUnit> {
  using Enum = hone::rewards::math::AngleUnit;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kRadians, "radians"}, {Enum::kDegrees, "degrees"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::math::Tolerance> {
  using Enum = hone::rewards::math::Tolerance;
  static constexpr std::pair<Enum, const char*> values[] = {{Enum::kDigits, "digits"}, {Enum::kNone, "none"}};
};
template <>
struct hone::core::EnumNames<hone::rewards::math::RequireForm> {
  using Enum = hone::rewards::math::RequireForm;
  static constexpr std::pair<Enum, const char*> values[] = {
      {Enum::kAny, "any"},           {Enum::kAsGold, "as_gold"},  {Enum::kSimplified, "simplified"},
      {Enum::kFactored, "factored"}, {Enum::kDecimal, "decimal"}, {Enum::kInterval, "interval"}};
};
