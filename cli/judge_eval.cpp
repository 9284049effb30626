#include "cli/judge_eval.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/scorer_choice.h"
#include "core/config.h"
#include "core/error.h"
#include "rewards/judge/evaluation.h"

namespace hone::cli {
namespace {

using nlohmann::json;

struct JudgeEvalOptions {
  std::string labels;
  ScorerChoice choice;
  rewards::JudgeEvaluationOptions evaluation;
  std::optional<double> min_kappa;
  std::optional<double> max_fpr;
  bool json = false;
};

/// Assignments that empty every option "cache" below: "scorers.quality.options.cache=".
void find_caches(const json& value, const std::string& path, std::vector<std::string>& assignments) {
  if (!value.is_structured()) {
    return;
  }
  std::size_t number = 0;
  for (const auto& [key, below] : value.items()) {
    const std::string place = path + (path.empty() ? "" : ".") + (value.is_array() ? std::to_string(number++) : key);
    if (key == "cache" && below.is_string()) {
      assignments.push_back(place + "=");
    } else {
      find_caches(below, place, assignments);
    }
  }
}

/// The same judge, which asks each time: for what changes from one asking to the next.
ScorerChoice without_cache(ScorerChoice choice) {
  if (!choice.config.empty()) {
    const json config = core::load_json_file(choice.config);
    const bool is_one = config.is_object() && config.contains("type");
    find_caches(is_one ? config.value("options", json::object()) : config, "", choice.options);
  }
  return choice;
}

void check_bounds(const JudgeEvalOptions& options, const rewards::JudgeEvaluation& evaluation) {
  if (evaluation.all.n == 0) {
    throw core::Error("hone judge-eval: the judge scored no answer at all");
  }
  // What is not defined is not known to be good.
  if (options.min_kappa && !(evaluation.all.kappa.value >= *options.min_kappa)) {
    throw core::Error("hone judge-eval: kappa is " + std::to_string(evaluation.all.kappa.value) +
                      ", --min-kappa needs at least " + std::to_string(*options.min_kappa));
  }
  if (options.max_fpr && !(evaluation.false_positives.value <= *options.max_fpr)) {
    throw core::Error("hone judge-eval: the share of canaries that pass is " +
                      std::to_string(evaluation.false_positives.value) + ", --max-fpr needs at most " +
                      std::to_string(*options.max_fpr));
  }
}

void judge_eval(const JudgeEvalOptions& options) {
  const auto labelled = rewards::read_labels(options.labels);
  const auto scorer = make_scorer(options.choice, "hone judge-eval", rewards::Purpose::kEvaluation);
  auto uncached = scorer;
  if (options.evaluation.repeats > 1) {
    uncached = make_scorer(without_cache(options.choice), "hone judge-eval", rewards::Purpose::kEvaluation);
  }
  const auto evaluation = rewards::evaluate_judge(scorer, uncached, labelled, options.evaluation);
  std::cout << (options.json ? rewards::to_json(evaluation).dump(2) + "\n" : rewards::evaluation_table(evaluation));
  std::cout.flush();
  if (!std::cout) {
    throw core::FileError("standard output: cannot be written");
  }
  check_bounds(options, evaluation);
}

}  // namespace

void add_judge_eval_command(CLI::App& app) {
  const auto options = std::make_shared<JudgeEvalOptions>();
  CLI::App* command = app.add_subcommand("judge-eval", "Compare a judge with people's labels, and try to fool it");
  command->add_option("labels", options->labels, "JSONL: id, question, answer, label (0 to 1, true, false), category")
      ->required();
  add_scorer_options(*command, options->choice);
  command->add_option("--repeats", options->evaluation.repeats, "Judge each answer so often, past the cache")
      ->check(CLI::Range(1, 100));
  command->add_option("--canary-questions", options->evaluation.canary_questions, "Questions that canaries answer")
      ->check(CLI::Range(0, 10000));
  command->add_option("--threads", options->evaluation.pool.threads, "Threads that score, at least")
      ->check(CLI::Range(1, 256));
  command->add_option("--min-kappa", options->min_kappa, "Exit 1 when Cohen's kappa is below");
  command->add_option("--max-fpr", options->max_fpr, "Exit 1 when more of the canaries pass")
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--json", options->json, "The figures as JSON");
  command->callback([options] { judge_eval(*options); });
}

}  // namespace hone::cli
