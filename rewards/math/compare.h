#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rewards/math/scalars.h"

namespace hone::rewards::math {

enum class ListOrder : std::uint8_t { kAny, kStrict };        // of bare lists: "1, 2" against "2, 1"
enum class PercentRule : std::uint8_t { kEither, kValue };    // is 12.5% also 12.5, or only 0.125
enum class TupleAsSet : std::uint8_t { kStrict, kLenient };   // (1,2) against {1,2}
enum class UnitRule : std::uint8_t { kOptional, kRequired };  // 5 against 5 cm
enum class AngleUnit : std::uint8_t { kRadians, kDegrees };   // of a bare number as the argument of sin
enum class Tolerance : std::uint8_t { kDigits, kNone };       // does a decimal gold stand for what rounds to it
enum class RequireForm : std::uint8_t {
  kAny,         // the value decides alone
  kAsGold,      // a value where the gold is one, factored where the gold is, nothing copied from the question
  kSimplified,  // and fractions in lowest terms, roots without squares in them
  kFactored,    // a product where the gold is one
  kDecimal,     // a decimal or whole number
  kInterval,    // intervals rather than the inequality
};

/// What the comparison says, and what it was made of.
struct Verdict {
  Truth truth = Truth::kUndecided;
  Rung rung = Rung::kNone;
  std::string detail;     // why, when not equal: one clause
  std::string gold_form;  // the two as they were read
  std::string answer_form;
};

/// Conventions on which suites disagree. docs/exact_math.md has each with examples.
struct CompareOptions {
  ListOrder list_order = ListOrder::kAny;
  PercentRule percent = PercentRule::kEither;
  TupleAsSet tuple_as_set = TupleAsSet::kStrict;
  UnitRule units = UnitRule::kOptional;
  AngleUnit angle = AngleUnit::kRadians;
  Tolerance tolerance = Tolerance::kDigits;
  RequireForm require_form = RequireForm::kAny;
  /// A fraction, mixed number or percentage that stands in this text is copied rather than found, unless the gold is
  /// written in the same way. Looked at unless the form is kAny. May be empty.
  std::string_view question_text = {};
};

/// Is the answer the gold? Undecided is no proof of a difference, but it earns nothing in training and is counted.
/// Exact; bounded in time and memory whatever the answer holds; never throws for what it reads.
[[nodiscard]] Verdict compare(std::string_view gold, std::string_view answer, const CompareOptions& options = {});

[[nodiscard]] std::string_view rung_name(Rung rung);
[[nodiscard]] std::string_view truth_name(Truth truth);

}  // namespace hone::rewards::math
