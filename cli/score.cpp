#include "cli/score.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/score_lines.h"
#include "cli/score_output.h"
#include "cli/scorer_choice.h"
#include "core/config.h"
#include "core/error.h"
#include "core/files.h"
#include "report/score_page.h"
#include "rewards/exact_math.h"
#include "rewards/pool.h"

namespace hone::cli {
namespace {

using nlohmann::json;

struct ScoreOptions {
  std::string file;
  ScorerChoice choice;
  std::string html;
  rewards::PoolOptions pool;
  bool json = false;
  bool table = false;
  bool explain = false;
  std::string gold;
  std::string answer;
};

/// What came of all answers; the mean is over those that were judged.
struct Tally {
  std::map<std::string, int> by_status;
  int answers = 0;
  int judged = 0;
  double total = 0.0;
  std::string failure;  // the first scorer's failure

  void add(const rewards::Score& score) {
    ++by_status[std::string(rewards::status_name(score.status))];
    ++answers;
    if (rewards::teaches(score.status)) {
      ++judged;
      total += score.score;
    } else if (failure.empty()) {
      failure = score.detail;
    }
  }
};

void print_summary(const Tally& tally) {
  std::cerr << tally.answers << " answers";
  if (tally.judged > 0) {
    std::cerr << ", mean score " << tally.total / tally.judged;
  }
  for (const auto& [status, number] : tally.by_status) {
    std::cerr << ", " << number << ' ' << status;
  }
  std::cerr << '\n';
}

void explain(const ScoreOptions& options) {
  if (!options.choice.scorer.empty() && options.choice.scorer != "exact_math") {
    throw core::UserError("hone score --explain explains exact_math alone, found --scorer " + options.choice.scorer);
  }
  if (options.gold.empty()) {
    throw core::UserError("hone score --explain needs --gold and --answer");
  }
  json scorer_options = json::object();
  for (const std::string& option : options.choice.options) {
    core::apply_override(scorer_options, option);
  }
  const auto read = core::from_json<rewards::ExactMathOptions>(scorer_options, "hone score");
  std::cout << rewards::explain(options.gold, options.answer, read);
}

void score(const ScoreOptions& options) {
  if (options.explain) {
    explain(options);
    return;
  }
  if (options.file.empty()) {
    throw core::UserError("hone score needs a FILE.jsonl, or --explain --gold GOLD --answer ANSWER");
  }
  const auto scorer = make_scorer(options.choice, "hone score", rewards::Purpose::kEvaluation);
  // All lines are read before the first is scored, so a malformed one leaves no half of an output behind.
  const AnswerLines answers = read_answers(options.file);
  Tally tally;
  rewards::ScoringPool pool(scorer, options.pool);
  for (const rewards::Submission& submission : answers.submissions) {
    pool.submit(submission);
  }
  report::ScorePage page{.title = options.file, .answers = {}};
  for (const rewards::Scored& scored : pool.collect()) {
    const json& id = answers.ids[scored.ticket];
    if (options.table) {
      std::cout << table_line(id, scored.score) << '\n';
    } else {
      // A plug-in's strings need not be UTF-8.
      std::cout << score_line(id, scored.score).dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    }
    tally.add(scored.score);
    if (!options.html.empty()) {
      page.answers.push_back(scored_answer(answers.submissions[scored.ticket], scored.score));
    }
  }
  if (!options.html.empty()) {
    core::atomic_write_file(options.html, report::score_page_html(page));
  }
  std::cout.flush();
  if (!std::cout) {
    throw core::FileError("standard output: cannot be written");
  }
  if (!options.json) {
    print_summary(tally);
  }
  if (tally.answers > 0 && tally.judged == 0) {
    throw core::UserError("no answer could be judged: " + tally.failure);
  }
}

}  // namespace

void add_score_command(CLI::App& app) {
  const auto options = std::make_shared<ScoreOptions>();
  CLI::App* command = app.add_subcommand("score", "Score answers that are already written; needs no model");
  command->add_option("file", options->file, "JSONL: id, answer, and gold, question or rubric");
  add_scorer_options(*command, options->choice);
  command->add_option("--threads", options->pool.threads, "Threads that score")->check(CLI::Range(1, 256));
  command->add_option("--deadline", options->pool.deadline_s, "Seconds that one answer may take")
      ->check(CLI::PositiveNumber);
  command->add_option("--html", options->html, "Also a page to read: each answer, what earned or lost points");
  auto* const explains =
      command->add_flag("--explain", options->explain, "Say how exact_math judges one pair, --gold and --answer");
  command->add_option("--gold", options->gold, "The gold of --explain")->needs(explains);
  command->add_option("--answer", options->answer, "The answer of --explain")->needs(explains);
  command->add_flag("--table", options->table, "A line an answer for people: its id, its score, what it lost");
  command->add_flag("--json", options->json, "No summary on stderr");
  command->callback([options] { score(*options); });
}

}  // namespace hone::cli
