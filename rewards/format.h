#pragma once

#include "core/config_check.h"
#include "rewards/scorer.h"

namespace hone::rewards {

struct FormatOptions {
  bool prompt_opens_think = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("prompt_opens_think", prompt_opens_think,
          "The prompt itself ends with <think>, so the answer holds only </think>.");
  }
};

/// 1 when the answer is one <think>…</think> with something in it, followed by exactly one \boxed{…} with something in
/// it; else 0 and kWrongFormat. It looks at no content, so it is a small weight beside correctness, never a reward of
/// its own.
///   parts: one_think, has_reasoning, one_answer, answer_last, each 0 or 1
class Format final : public Scorer {
 public:
  explicit Format(const FormatOptions& options = {});
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;

 private:
  FormatOptions options_;
};

}  // namespace hone::rewards
