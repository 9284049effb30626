#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cost/ledger.h"
#include "report/metrics.h"
#include "report/summary.h"
#include "rl/config.h"
#include "rl/run_paths.h"
#include "rollout/generator.h"

namespace hone::rl {

/// Answers of one kind (sampled or greedy) to a set's questions. Answers whose scorer failed are in no figure but
/// `failed`.
struct AnswerFigures {
  std::vector<double> correct;   // [questions] share of a question's answers that are right; NaN: none could be scored
  report::Interval accuracy;     // by the set's scorers
  double strict_accuracy = 0.0;  // the same under strict extraction
  double format_rate = 0.0;      // share from which strict extraction reads an answer
  double mean_length = 0.0;      // tokens
  double truncated = 0.0;        // share that hit the length limit
  std::int64_t failed = 0;
};

/// One set, evaluated once.
struct SetFigures {
  std::string name;
  std::int64_t questions = 0;
  AnswerFigures sampled;
  bool has_greedy = false;
  AnswerFigures greedy;

  [[nodiscard]] nlohmann::ordered_json to_json() const;  // as in summary.json
  void write_metrics(report::Metrics& line) const;       // eval/SET/…
};
/// What a checkpoint keeps of figures, for the comparison after the run.
[[nodiscard]] nlohmann::json to_state(const std::vector<SetFigures>& figures);
[[nodiscard]] std::vector<SetFigures> figures_from_state(const nlohmann::json& state);

/// After against before, question by question.
[[nodiscard]] std::vector<report::SetOutcome> compare(const std::vector<SetFigures>& before,
                                                      const std::vector<SetFigures>& after);

/// Asks held-out questions: the same generator and scorers as the rollout, no update. Its draws do not depend on the
/// step, so before and after differ by the policy only.
class Evaluator {
 public:
  /// Throws ConfigError, FileError, DataError.
  Evaluator(const RunConfig& config, const RunPaths& paths, const policies::Policy& policy);
  ~Evaluator();

  [[nodiscard]] std::vector<SetFigures> evaluate(cost::Ledger& ledger);

 private:
  struct Set;
  struct Spent {
    cost::Work work;
    rewards::Usage services;
  };
  AnswerFigures answer(Set& set, std::int64_t samples, double temperature, Spent& spent);

  const RunConfig& config_;
  const policies::Policy& policy_;
  rollout::Generator generator_;
  std::vector<std::unique_ptr<Set>> sets_;
};

}  // namespace hone::rl
