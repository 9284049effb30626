#include "rewards/judge/scorer.h"

#include <utility>

#include "core/error.h"
#include "rewards/extraction.h"

namespace hone::rewards {
namespace {

std::vector<Criterion> criteria_of(const JudgeScorerOptions& options, const std::string& where) {
  if (options.criteria.empty() == options.prompt.empty()) {
    throw core::ConfigError(where + " needs one of criteria and prompt, found " +
                            (options.prompt.empty() ? "neither" : "both"));
  }
  std::vector<Criterion> criteria = options.criteria;
  if (criteria.empty()) {
    criteria.push_back({.id = "verdict", .prompt = options.prompt, .scale = options.scale, .weight = 1.0});
  }
  check_criteria(criteria, where);
  return criteria;
}

}  // namespace

std::string question_text(const datasets::Question& question) {
  if (question.messages.size() == 1) {
    return question.messages.front().content;
  }
  std::string text;
  for (const datasets::Message& message : question.messages) {
    text += (text.empty() ? "" : "\n\n") + message.role + ": " + message.content;
  }
  return text;
}

JudgeScorer::JudgeScorer(const JudgeScorerOptions& options, const ScorerSetting& setting, TimeSource time)
    : options_(options), criteria_(criteria_of(options, setting.where)), judge_(options, setting, std::move(time)) {}

Calls JudgeScorer::calls() const {
  return {.batch = 1, .threads = options_.max_in_flight, .longest_s = judge_.longest_s(criteria_.size())};
}

Score JudgeScorer::without_asking(Status status, std::string why) const {
  Score score;
  score.status = status;
  score.detail = std::move(why) + "; the judge was not asked";
  for (const Criterion& criterion : criteria_) {
    score.parts.emplace_back(criterion.id, 0.0);
  }
  return score;
}

Score JudgeScorer::score(const datasets::Question& question, const Answer& answer) const {
  std::string_view text = answer.text;
  if (!options_.show_reasoning && !after_reasoning(answer.text, text)) {
    return without_asking(Status::kWrongFormat, "the reasoning does not end");
  }
  if (std::string why = lacks_content(text, options_.min_words); !why.empty()) {
    return without_asking(Status::kOk, std::move(why));
  }
  const std::string asked = question_text(question);
  const Judged judged =
      judge_.ask({asked, options_.show_gold ? std::string_view(question.gold) : std::string_view(), text}, criteria_,
                 answer.deadline);
  Score score;
  score.notes = {{"judge", options_.model}};
  score.usage = judged.usage;
  if (!judged.note.empty()) {
    score.notes.emplace_back("trouble", judged.note);
  }
  if (judged.status != Status::kOk) {
    score.status = judged.status;
    score.detail = judged.problem;
    return score;
  }
  double earned = 0.0;
  double possible = 0.0;
  for (std::size_t i = 0; i < criteria_.size(); ++i) {
    const Criterion& criterion = criteria_[i];
    const Verdict& verdict = judged.verdicts[i];
    earned += criterion.weight * verdict.score;
    possible += criterion.weight;
    score.parts.emplace_back(criterion.id, verdict.score);
    score.notes.emplace_back(criterion.id, verdict.word + ": " + verdict.reason);
    score.extracted += (i > 0 ? ", " : "") + verdict.word;
    if (verdict.score < 1.0) {
      score.detail += (score.detail.empty() ? "not wholly met: " : ", ") + criterion.id + " (" + verdict.word + ")";
    }
  }
  score.score = earned / possible;
  return score;
}

}  // namespace hone::rewards
