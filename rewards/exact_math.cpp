#include "rewards/exact_math.h"

#include "rewards/math/explain.h"
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
  if (extraction.problem.empty()) {
    return math::compare(gold, extraction.text, options);
  }
  math::Verdict verdict;
  verdict.truth = math::Truth::kDifferent;
  verdict.detail = extraction.problem;
  return verdict;
}

double points(const math::Verdict& verdict) {
  return verdict.truth == math::Truth::kEqual ? 1.0 : 0.0;
}

/// Which rung decided what of which forms, in one line.
std::string account(const math::Verdict& verdict) {
  std::string text = verdict.detail;
  if (verdict.rung != math::Rung::kNone) {
    text += text.empty() ? "" : "; ";
    text += math::rung_name(verdict.rung);
  }
  if (!verdict.answer_form.empty()) {
    text += text.empty() ? "" : ": ";
    text += verdict.answer_form;
    text += verdict.truth == math::Truth::kEqual ? " is " : " against ";
    text += verdict.gold_form;
  }
  return readable(text);
}

}  // namespace

math::CompareOptions ExactMathOptions::comparison(std::string_view question_text) const {
  return {.list_order = list_order,
          .percent = percent,
          .tuple_as_set = tuple_as_set,
          .units = units,
          .angle = angle,
          .tolerance = tolerance,
          .require_form = require_form,
          .question_text = question_text};
}

ExactMath::ExactMath(const ExactMathOptions& options) : options_(options) {}

Score ExactMath::score(const datasets::Question& question, const Answer& answer) const {
  switch (math::read(question.gold).problem) {
    case math::ReadProblem::kEmpty:
      return unscorable(question, "no gold answer");
    case math::ReadProblem::kTooLarge:
      return unscorable(question, "a gold answer too large to evaluate");
    default:
      break;
  }
  const std::string question_text = text_of(question);
  math::CompareOptions options = options_.comparison(question_text);
  // Gold and answer alone are a pair to compare: there is no question that could have been handed back.
  const bool is_pair = question_text.empty();
  if (is_pair && options.require_form == math::RequireForm::kAsGold) options.require_form = math::RequireForm::kAny;

  const Extraction strict = extract_answer(answer.text, is_pair ? ExtractionMode::kPair : ExtractionMode::kStrict);
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
  score.detail = account(verdict);
  score.notes = {{"verdict", std::string(math::truth_name(verdict.truth))},
                 {"rung", std::string(math::rung_name(verdict.rung))},
                 {"gold_form", readable(verdict.gold_form)},
                 {"answer_form", readable(verdict.answer_form)},
                 {"extraction", std::string(rung_name(extraction.rung))}};
  return score;
}

std::string explain(std::string_view gold, std::string_view answer, const ExactMathOptions& options) {
  std::string text;
  for (const ExtractionMode mode : {ExtractionMode::kStrict, ExtractionMode::kFlexible}) {
    const Extraction extraction = extract_answer(answer, mode);
    text += mode == ExtractionMode::kStrict ? "strict extraction: " : "flexible extraction: ";
    text += extraction.problem.empty() ? std::string(rung_name(extraction.rung)) + ", " + extraction.text
                                       : extraction.problem;
    text += '\n';
  }
  const Extraction extraction = extract_answer(answer, options.extraction);
  // A bare answer is what a person types to try it.
  const std::string_view taken = extraction.problem.empty() ? std::string_view(extraction.text) : answer;
  if (!extraction.problem.empty()) {
    text += "nothing was extracted: the whole text is taken as the answer\n";
  }
  return readable(text) + math::explain(gold, taken, options.comparison({}));
}

}  // namespace hone::rewards
