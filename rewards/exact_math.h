#pragma once

#include "core/config_check.h"
#include "rewards/extraction.h"
#include "rewards/scorer.h"

namespace hone::rewards {

struct ExactMathOptions {
  ExtractionMode extraction = ExtractionMode::kStrict;
  bool require_number = true;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("extraction", extraction,
          "How the answer is read out of the text: strict for training, flexible for evaluation.");
    visit("require_number", require_number,
          "With a gold that is a number, refuse an expression that merely has its value, such as 3+4 for 7.");
  }
};

/// 1 when the extracted answer is the gold, exactly; else 0. Whatever the answer holds, it takes well under 50 ms.
///   parts: strict, flexible (the score under either extraction), undecided (1 when no verdict was reached)
/// kWrongFormat when no answer could be extracted; kUnscorable when the question has no gold, or one that passes the
/// caps.
class ExactMath final : public Scorer {
 public:
  explicit ExactMath(const ExactMathOptions& options = {});
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;

 private:
  ExactMathOptions options_;
};

}  // namespace hone::rewards
