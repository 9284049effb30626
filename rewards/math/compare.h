#pragma once

#include <string>
#include <string_view>

namespace hone::rewards::math {

enum class Truth { kEqual, kDifferent, kUndecided };

/// Undecided is no proof of a difference, but it earns nothing in training and is counted.
struct Verdict {
  Truth truth = Truth::kUndecided;
  std::string detail;  // why, when not equal
};

struct CompareOptions {
  /// With a gold that is a number, the answer must be one too and not an expression that has its value: the question's
  /// own expression in a box must never earn reward.
  bool require_number = true;
  /// A fraction, mixed number or percentage that stands in this text is copied rather than found, unless the gold is
  /// written in the same way. May be empty.
  std::string_view question_text = {};
};

/// Is the answer the gold? Exact, without floating point; bounded in time and memory whatever the answer holds.
/// This is the seam to the checker: what stands behind it may grow, the three-valued verdict stays.
[[nodiscard]] Verdict compare(std::string_view gold, std::string_view answer, const CompareOptions& options = {});

}  // namespace hone::rewards::math
