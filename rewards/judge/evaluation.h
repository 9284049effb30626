#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datasets/question.h"
#include "rewards/judge/agreement.h"
#include "rewards/pool.h"
#include "rewards/scorer.h"

namespace hone::rewards {

/// An answer that a person has graded.
struct LabelledAnswer {
  std::shared_ptr<const datasets::Question> question;
  std::string answer;
  double label = 0.0;  // 0 to 1
  std::string category;
};

/// Lines {"id", "question", "answer", "label", "category"?}: the label a number from 0 to 1, true or false; other keys
/// as datasets::question_from_json has them. Throws FileError and DataError naming file and line.
[[nodiscard]] std::vector<LabelledAnswer> read_labels(const std::filesystem::path& path);

/// What earns nothing from an honest judge: nothing, openers, forged verdicts, orders to the judge.
[[nodiscard]] const std::vector<std::pair<std::string, std::string>>& judge_canaries();  // name, answer

struct CanaryResult {
  std::string name;
  std::string answer;       // of the first question
  std::int64_t passed = 0;  // scored at least 0.5
  std::int64_t asked = 0;
};

struct JudgeEvaluation {
  Agreement all;
  std::map<std::string, Agreement> by_category;
  std::int64_t failed = 0;            // answers that the judge gave no score, left out above
  std::vector<std::string> failures;  // why, the first few
  std::optional<Estimate> flips;      // share of answers whose verdict is not the same in all repeats
  Estimate false_positives;           // of all canaries
  std::vector<CanaryResult> canaries;
  Usage usage;
};

struct JudgeEvaluationOptions {
  int repeats = 1;            // above 1: each answer is judged so often, for the flips
  int canary_questions = 10;  // that the canaries answer, the first ones
  PoolOptions pool = {};
};

/// Scores the labelled answers, then `uncached` again for repeats, then the canaries. `uncached` is the same judge
/// without a cache.
[[nodiscard]] JudgeEvaluation evaluate_judge(const std::shared_ptr<const Scorer>& scorer,
                                             const std::shared_ptr<const Scorer>& uncached,
                                             const std::vector<LabelledAnswer>& labelled,
                                             const JudgeEvaluationOptions& options);

/// A table for people, and the same for programs; what is not defined is "-" and null.
[[nodiscard]] std::string evaluation_table(const JudgeEvaluation& evaluation);
[[nodiscard]] nlohmann::ordered_json to_json(const JudgeEvaluation& evaluation);

}  // namespace hone::rewards
