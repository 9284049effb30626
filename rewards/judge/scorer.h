#pragma once

#include <string>
#include <vector>

#include "rewards/judge/judge.h"

namespace hone::rewards {

/// The scorer "judge": a language model grades whole answers by criteria; the score is their weighted mean.
///   parts: each criterion's rank in its scale, 0 to 1, under its id
///   notes: the model; each criterion's verdict and reason
/// An answer without content scores 0 and is not sent. When the judge fails the answer is kError or kTimeout, never 0.
class JudgeScorer final : public Scorer {
 public:
  JudgeScorer(const JudgeScorerOptions& options, const ScorerSetting& setting, TimeSource time = real_time());
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;
  [[nodiscard]] Calls calls() const override;
  [[nodiscard]] bool judges_reasoning() const override { return true; }

 private:
  [[nodiscard]] Score without_asking(Status status, std::string why) const;

  JudgeScorerOptions options_;
  std::vector<Criterion> criteria_;
  Judge judge_;
};

/// What the policy was asked, as a judge reads it: the text of the one message, or each with its role.
[[nodiscard]] std::string question_text(const datasets::Question& question);

/// Why an answer need not be sent: nothing in it, fewer words than wanted, or only the announcement of an answer
/// ("Solution:"), which judges are known to pass. Empty: it is to be judged.
/// Source: Zhao et al., "One Token to Fool LLM-as-a-Judge" (2507.08794).
[[nodiscard]] std::string lacks_content(std::string_view answer, int min_words);

}  // namespace hone::rewards
