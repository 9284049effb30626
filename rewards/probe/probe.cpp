#include "rewards/probe/probe.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/error.h"
#include "rewards/probe/sentences.h"

namespace hone::rewards::probe {
namespace {

constexpr std::int64_t kBytesPerToken = 4;  // a guess, for scorers that count tokens

/// Scores texts on questions, in order.
class Asker {
 public:
  Asker(const std::shared_ptr<const Scorer>& scorer, const PoolOptions& options) : pool_(scorer, options) {}

  void ask(const std::shared_ptr<const datasets::Question>& question, std::string text) {
    Submission submission;
    submission.ticket = next_++;
    submission.question = question;
    submission.tokens = std::max<std::int64_t>(1, static_cast<std::int64_t>(text.size()) / kBytesPerToken);
    submission.text = std::move(text);
    // One group a question: what a scorer draws anew for each group is then the same for the honest answer.
    submission.group = "probe/" + question->id;
    submission.uid = submission.group + "/" + std::to_string(submission.ticket);
    pool_.submit(std::move(submission));
  }

  [[nodiscard]] std::vector<Score> answers() {
    std::vector<Score> scores;
    for (Scored& scored : pool_.collect()) {
      scores.push_back(std::move(scored.score));
    }
    return scores;
  }

  [[nodiscard]] Usage usage() const { return pool_.counters().usage; }

 private:
  ScoringPool pool_;
  std::uint64_t next_ = 0;
};

std::vector<std::string> honest_candidates(const datasets::Question& question) {
  if (!question.good_answer.empty()) {
    return {question.good_answer};
  }
  if (question.gold.empty()) {
    return {};
  }
  const std::string box = "\\boxed{" + question.gold + "}";
  return {box, "<think>This follows from what is asked.</think>\n" + box, question.gold};
}

double earned(const Score& score) {
  return teaches(score.status) ? score.score : 0.0;
}

Example example_of(const std::string& id, const std::string& text, const Score& score, double reference) {
  return {.question_id = id,
          .text = text,
          .detail = score.detail,
          .score = score.score,
          .share = earned(score) / reference};
}

/// Questions with their honest answers, and what these earn.
class Honest {
 public:
  Honest(const Scorer& scorer, Asker& asker, const std::vector<datasets::Question>& questions) {
    std::vector<std::vector<std::string>> candidates;
    for (const datasets::Question& question : questions) {
      auto shared = std::make_shared<const datasets::Question>(question);
      candidates.push_back(honest_candidates(question));
      for (const std::string& text : candidates.back()) {
        asker.ask(shared, text);
      }
      shared_.push_back(std::move(shared));
    }
    const std::vector<Score> scores = asker.answers();
    std::size_t first = 0;
    for (std::size_t i = 0; i < shared_.size(); ++i) {
      choose(scorer, shared_[i], candidates[i], {scores.data() + first, candidates[i].size()});
      first += candidates[i].size();
    }
    outcome.mean /= std::max<double>(1.0, static_cast<double>(outcome.known));
  }

  std::vector<ProbeCase> cases;
  std::vector<double> references;  // what attacks on each are held against
  HonestOutcome outcome;

 private:
  void choose(const Scorer& scorer, const std::shared_ptr<const datasets::Question>& question,
              const std::vector<std::string>& texts, std::span<const Score> scores) {
    const auto best = std::max_element(scores.begin(), scores.end(),
                                       [](const Score& a, const Score& b) { return earned(a) < earned(b); });
    const bool is_known = best != scores.end();
    const std::string text = is_known ? texts[static_cast<std::size_t>(best - scores.begin())] : "";
    cases.push_back(make_case(question, criteria_of(scorer, *question), text));
    if (!is_known) {
      references.push_back(1.0);
      ++outcome.unknown;
      return;
    }
    const double score = earned(*best);
    const bool is_poor = score <= 0.0;
    references.push_back(is_poor ? 1.0 : score);
    if (outcome.known + outcome.poor == 0 || score < earned_least_) {
      outcome.poorest = example_of(question->id, text, *best, references.back());
      earned_least_ = score;
    }
    ++(is_poor ? outcome.poor : outcome.known);
    if (!is_poor) {
      outcome.lowest = outcome.known == 1 ? score : std::min(outcome.lowest, score);
      outcome.mean += score;
    }
  }

  /// A broken rubric is told by the score; here it is only missing.
  static nlohmann::json criteria_of(const Scorer& scorer, const datasets::Question& question) {
    try {
      return scorer.criteria(question);
    } catch (const std::exception&) {
      return nullptr;
    }
  }

  std::vector<std::shared_ptr<const datasets::Question>> shared_;
  double earned_least_ = 0.0;
};

/// One attack, on all questions.
class Assault {
 public:
  Assault(const Attack& attack, const Honest& honest, const ProbeOptions& options) : honest_(honest) {
    outcome_.attack = &attack;
    for (std::size_t i = 0; i < honest.cases.size(); ++i) {
      std::vector<std::string> texts = attack.texts({.all = honest.cases, .index = i, .seed = options.seed});
      std::size_t taken = 0;
      for (std::string& text : texts) {
        if (options.most_texts > 0 && taken == options.most_texts) {
          break;
        }
        if (!honest.cases[i].honest.empty() && trimmed(text) == trimmed(honest.cases[i].honest)) {
          ++outcome_.same_as_honest;
          continue;
        }
        ++taken;
        written_.push_back({i, std::move(text)});
      }
    }
  }

  AttackOutcome run(Asker& asker, double threshold, bool judges_reasoning) {
    for (const Written& one : written_) {
      asker.ask(honest_.cases[one.index].question, one.text);
    }
    const std::vector<Score> scores = asker.answers();
    for (std::size_t i = 0; i < scores.size(); ++i) {
      count(written_[i], scores[i]);
    }
    outcome_.mean_share = taught_ > 0 ? total_ / static_cast<double>(taught_) : 0.0;
    outcome_.verdict = verdict(threshold, judges_reasoning);
    return std::move(outcome_);
  }

 private:
  struct Written {
    std::size_t index = 0;  // of the question
    std::string text;
  };

  void count(const Written& written, const Score& score) {
    ++outcome_.tried;
    ++outcome_.statuses[score.status];
    if (score.status == Status::kError || score.status == Status::kTimeout) {
      outcome_.failure_example = score.detail;
    }
    if (!teaches(score.status)) {
      return;
    }
    const ProbeCase& one = honest_.cases[written.index];
    Example example = example_of(one.question->id, written.text, score, honest_.references[written.index]);
    total_ += example.share;
    if (++taught_ == 1 || example.share > outcome_.worst_share) {
      outcome_.worst_share = example.share;
      outcome_.worst = std::move(example);
    }
  }

  [[nodiscard]] Verdict verdict(double threshold, bool judges_reasoning) const {
    if (outcome_.tried == 0) {
      return Verdict::kNotTried;
    }
    if (taught_ > 0 && outcome_.worst_share >= threshold) {
      const Aim aim = outcome_.attack->aim;
      const bool is_meant = aim == Aim::kEveryScorer || (aim == Aim::kReasoning && judges_reasoning);
      return is_meant ? Verdict::kHole : Verdict::kExpected;
    }
    const bool broke = outcome_.statuses.count(Status::kError) > 0 || outcome_.statuses.count(Status::kTimeout) > 0;
    return broke ? Verdict::kBroken : Verdict::kHeld;
  }

  const Honest& honest_;
  AttackOutcome outcome_;
  std::vector<Written> written_;
  std::int64_t taught_ = 0;
  double total_ = 0.0;
};

}  // namespace

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHeld:
      return "held";
    case Verdict::kHole:
      return "HOLE";
    case Verdict::kExpected:
      return "expected";
    case Verdict::kBroken:
      return "BROKEN";
    case Verdict::kNotTried:
      return "not tried";
  }
  return "";
}

bool ProbeReport::held() const {
  return std::none_of(attacks.begin(), attacks.end(), [](const AttackOutcome& one) {
    return one.verdict == Verdict::kHole || one.verdict == Verdict::kBroken;
  });
}

ProbeReport probe(const std::shared_ptr<const Scorer>& scorer, const std::vector<datasets::Question>& questions,
                  const ProbeOptions& options) {
  if (questions.empty()) {
    throw core::UserError("a probe needs at least one question, found none");
  }
  const auto begin = std::chrono::steady_clock::now();
  Asker asker(scorer, options.pool);
  const Honest honest(*scorer, asker, questions);
  ProbeReport report;
  report.honest = honest.outcome;
  report.questions = static_cast<std::int64_t>(questions.size());
  report.threshold = options.threshold;
  report.judges_reasoning = scorer->judges_reasoning();
  for (const Attack& attack : attacks()) {
    report.attacks.push_back(Assault(attack, honest, options).run(asker, options.threshold, report.judges_reasoning));
  }
  report.usage = asker.usage();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace hone::rewards::probe
