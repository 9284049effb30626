#include "rewards/exact_math.h"

#include "rewards/math/compare.h"
#include "rewards/math/reading.h"
#include "rewards/readable.h"

namespace hone::rewards {
namespace {

std::string text_of(const datasets::Question& question) {
  std::string text;
  for (const datasets::Message& message : question.messages) {
    text += message.content;
    text += '\n';
  }
  return text;
}

Score unscorable(const datasets::Question& question, const std::string& why) {
  Score score;
  score.status = Status::kUnscorable;
  score.detail = "question " + question.id + " has " + why;
  return score;
}

math::Verdict judge(const Extraction& extraction, const std::string& gold, const math::CompareOptions& options) {
  return extraction.problem.empty() ? math::compare(gold, extraction.text, options)
                                    : math::Verdict{math::Truth::kDifferent, extraction.problem};
}

double points(const math::Verdict& verdict) {
  return verdict.truth == math::Truth::kEqual ? 1.0 : 0.0;
}

}  // namespace

ExactMath::ExactMath(const ExactMathOptions& options) : options_(options) {}

Score ExactMath::score(const datasets::Question& question, const Answer& answer) const {
  const math::ReadingKind gold = math::read(question.gold).kind;
  if (gold == math::ReadingKind::kEmpty) {
    return unscorable(question, "no gold answer");
  }
  if (gold == math::ReadingKind::kTooLarge) {
    return unscorable(question, "a gold answer too large to evaluate");
  }
  const std::string question_text = text_of(question);
  const math::CompareOptions options{.require_number = options_.require_number, .question_text = question_text};

  const Extraction strict = extract_answer(answer.text, ExtractionMode::kStrict);
  const math::Verdict strict_verdict = judge(strict, question.gold, options);
  // The flexible ladder begins with the strict one, so it can differ only where that found nothing.
  const bool same = strict.problem.empty();
  const Extraction flexible = same ? strict : extract_answer(answer.text, ExtractionMode::kFlexible);
  const math::Verdict flexible_verdict = same ? strict_verdict : judge(flexible, question.gold, options);

  const bool is_strict = options_.extraction == ExtractionMode::kStrict;
  const Extraction& extraction = is_strict ? strict : flexible;
  const math::Verdict& verdict = is_strict ? strict_verdict : flexible_verdict;
  Score score;
  score.score = points(verdict);
  score.status = extraction.problem.empty() ? Status::kOk : Status::kWrongFormat;
  score.parts = {{"strict", points(strict_verdict)},
                 {"flexible", points(flexible_verdict)},
                 {"undecided", verdict.truth == math::Truth::kUndecided ? 1.0 : 0.0}};
  score.extracted = readable(extraction.text);
  score.detail = verdict.detail;
  return score;
}

}  // namespace hone::rewards
