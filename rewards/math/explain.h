#pragma once

#include <string>
#include <string_view>

#include "rewards/math/compare.h"
#include "rewards/math/reading.h"

namespace hone::rewards::math {

/// Writes down how a verdict comes about.
class Trace {
 public:
  void readings(const Readings& gold, const Readings& answer);
  void pair(const Reading& gold, const Reading& answer, const Decision& decision);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

[[nodiscard]] Verdict compare_traced(std::string_view gold, std::string_view answer, const CompareOptions& options,
                                     Trace& trace);

/// An account for a person: the readings of both, each pair of readings and the rung that decided it, the verdict.
[[nodiscard]] std::string explain(std::string_view gold, std::string_view answer, const CompareOptions& options);

}  // namespace hone::rewards::math
