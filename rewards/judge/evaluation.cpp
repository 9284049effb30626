#include "rewards/judge/evaluation.h"

#include <algorithm>
#include <limits>
#include <set>

namespace hone::rewards {
namespace {

constexpr double kPositive = 0.5;
constexpr std::size_t kMostFailuresShown = 5;

struct Asking {
  std::shared_ptr<const datasets::Question> question;
  std::string answer;
};

std::vector<Score> score_all(const std::shared_ptr<const Scorer>& scorer, const std::vector<Asking>& askings,
                             const PoolOptions& options, Usage& usage) {
  ScoringPool pool(scorer, options);
  for (std::size_t i = 0; i < askings.size(); ++i) {
    Submission submission;
    submission.ticket = i;
    submission.question = askings[i].question;
    submission.text = askings[i].answer;
    submission.uid = submission.group = "judge-eval/" + std::to_string(i);
    pool.submit(std::move(submission));
  }
  std::vector<Score> scores;
  for (Scored& scored : pool.collect()) {
    usage += scored.score.usage;
    scores.push_back(std::move(scored.score));
  }
  return scores;
}

void agree(const std::vector<LabelledAnswer>& labelled, const std::vector<Score>& scores, JudgeEvaluation& evaluation) {
  std::vector<Graded> all;
  std::map<std::string, std::vector<Graded>> by_category;
  for (std::size_t i = 0; i < labelled.size(); ++i) {
    if (!teaches(scores[i].status)) {
      ++evaluation.failed;
      if (evaluation.failures.size() < kMostFailuresShown) {
        evaluation.failures.push_back(labelled[i].question->id + ": " + scores[i].detail);
      }
      continue;
    }
    all.push_back({labelled[i].label, scores[i].score, static_cast<double>(labelled[i].answer.size())});
    by_category[labelled[i].category].push_back(all.back());
  }
  const std::vector<double> levels = label_levels(all);
  evaluation.all = agreement(all, levels);
  for (const auto& [category, graded] : by_category) {
    if (by_category.size() > 1) {
      evaluation.by_category[category] = agreement(graded, levels);
    }
  }
}

/// Each answer again, without the cache. One that failed in any repeat is left out.
Estimate flips(const std::shared_ptr<const Scorer>& uncached, const std::vector<Asking>& askings,
               const JudgeEvaluationOptions& options, Usage& usage) {
  std::vector<std::set<bool>> found(askings.size());
  std::vector<bool> has_failed(askings.size(), false);
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    const std::vector<Score> scores = score_all(uncached, askings, options.pool, usage);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      has_failed[i] = has_failed[i] || !teaches(scores[i].status);
      found[i].insert(scores[i].score >= kPositive);
    }
  }
  std::int64_t flipped = 0;
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    counted += has_failed[i] ? 0 : 1;
    flipped += !has_failed[i] && found[i].size() > 1 ? 1 : 0;
  }
  return proportion(flipped, counted);
}

/// Questions with different texts, in their order.
std::vector<const LabelledAnswer*> different_questions(const std::vector<LabelledAnswer>& labelled, std::size_t most) {
  std::set<std::string> seen;
  std::vector<const LabelledAnswer*> different;
  for (const LabelledAnswer& one : labelled) {
    std::string text;
    for (const datasets::Message& message : one.question->messages) {
      text += message.content + "\n";
    }
    if (different.size() < most && seen.insert(text).second) {
      different.push_back(&one);
    }
  }
  return different;
}

/// A good answer to another of the questions; none where there is none.
const LabelledAnswer* other_good_answer(const std::vector<LabelledAnswer>& labelled, const LabelledAnswer& to) {
  const auto found = std::find_if(labelled.begin(), labelled.end(), [&](const LabelledAnswer& one) {
    const auto text = [](const LabelledAnswer& of) {
      return of.question->messages.empty() ? std::string() : of.question->messages.back().content;
    };
    return one.label >= kPositive && text(one) != text(to) && one.answer != to.answer;
  });
  return found == labelled.end() ? nullptr : &*found;
}

void try_canaries(const std::shared_ptr<const Scorer>& scorer, const std::vector<LabelledAnswer>& labelled,
                  const JudgeEvaluationOptions& options, JudgeEvaluation& evaluation) {
  std::vector<Asking> askings;
  std::vector<std::size_t> canary_of;
  for (const auto& [name, answer] : judge_canaries()) {
    evaluation.canaries.push_back({.name = name, .answer = answer});
  }
  evaluation.canaries.push_back({.name = "another question's answer", .answer = ""});
  for (const LabelledAnswer* one :
       different_questions(labelled, static_cast<std::size_t>(std::max(0, options.canary_questions)))) {
    for (std::size_t i = 0; i + 1 < evaluation.canaries.size(); ++i) {
      askings.push_back({one->question, evaluation.canaries[i].answer});
      canary_of.push_back(i);
    }
    if (const LabelledAnswer* other = other_good_answer(labelled, *one)) {
      askings.push_back({one->question, other->answer});
      canary_of.push_back(evaluation.canaries.size() - 1);
      evaluation.canaries.back().answer = other->answer;
    }
  }
  const std::vector<Score> scores = score_all(scorer, askings, options.pool, evaluation.usage);
  std::int64_t passed = 0;
  std::int64_t asked = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    CanaryResult& canary = evaluation.canaries[canary_of[i]];
    const bool counts = teaches(scores[i].status);
    const bool passes = counts && scores[i].score >= kPositive;
    canary.asked += counts ? 1 : 0;
    canary.passed += passes ? 1 : 0;
    asked += counts ? 1 : 0;
    passed += passes ? 1 : 0;
  }
  evaluation.false_positives = proportion(passed, asked);
}

}  // namespace

JudgeEvaluation evaluate_judge(const std::shared_ptr<const Scorer>& scorer,
                               const std::shared_ptr<const Scorer>& uncached,
                               const std::vector<LabelledAnswer>& labelled, const JudgeEvaluationOptions& options) {
  JudgeEvaluation evaluation;
  std::vector<Asking> askings;
  for (const LabelledAnswer& one : labelled) {
    askings.push_back({one.question, one.answer});
  }
  agree(labelled, score_all(scorer, askings, options.pool, evaluation.usage), evaluation);
  if (options.repeats > 1) {
    evaluation.flips = flips(uncached, askings, options, evaluation.usage);
  }
  try_canaries(scorer, labelled, options, evaluation);
  return evaluation;
}

}  // namespace hone::rewards
