#include "cli/probe.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/environment.h"
#include "cli/probe_output.h"
#include "cli/scorer_choice.h"
#include "core/config.h"
#include "core/error.h"
#include "datasets/jsonl.h"
#include "datasets/mixture.h"
#include "rewards/probe/probe.h"
#include "rl/run_paths.h"

namespace hone::cli {
namespace {

using nlohmann::json;

struct ProbeCommand {
  std::string file;
  ScorerChoice choice;
  std::size_t questions = 16;
  rewards::probe::ProbeOptions options;
  bool json = false;
};

/// What is attacked, and on which questions.
struct Subject {
  std::shared_ptr<const rewards::Scorer> scorer;
  std::vector<datasets::Question> questions;
};

/// What of a run's config decides on questions and scorers.
struct RunPart {
  std::uint64_t seed = 1;
  datasets::DataConfig data;
  std::map<std::string, rewards::ScorerConfig> scorers;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("seed", seed, "The run's.");
    visit("data", data, "The questions.");
    visit("scorers", scorers, "What answers are rewarded for.", core::not_empty());
  }
};

RunPart read_run_part(const std::string& file) {
  const json config = core::load_json_file(file);
  if (!config.is_object() || !config.contains("data") || !config.contains("scorers")) {
    throw core::ConfigError(file + R"(: needs "data" and "scorers", as a config of hone train has; )" +
                            "or give --scorer or --config and a file of questions");
  }
  json part = {{"data", config.at("data")}, {"scorers", config.at("scorers")}};
  if (config.contains("seed")) {
    part["seed"] = config.at("seed");
  }
  return core::from_json<RunPart>(part, file);
}

/// The scorers of a run's config, as it trains with them, and its first questions.
Subject from_run_config(const ProbeCommand& command) {
  const RunPart run = read_run_part(command.file);
  const rl::RunPaths paths{command.file, std::filesystem::absolute(command.file).parent_path(), "", false,
                           environment()};
  const auto data = rl::with_paths(run.data, paths.config_folder);
  return {rewards::make_scorers(run.scorers, rewards::ExtractionMode::kStrict,
                                rl::scorer_setting(paths, "scorers", rewards::Purpose::kTraining, run.seed)),
          datasets::Mixture(data, run.seed, command.file).questions(0, command.questions)};
}

Subject from_questions(const ProbeCommand& command) {
  Subject subject{make_scorer(command.choice, "hone probe", rewards::Purpose::kTraining),
                  datasets::load_questions(command.file)};
  if (subject.questions.size() > command.questions) {
    subject.questions.resize(command.questions);
  }
  return subject;
}

void print(const nlohmann::ordered_json& line) {
  // A plug-in's strings and an attack's need not be UTF-8.
  std::cout << line.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
}

void probe(const ProbeCommand& command) {
  const bool names_scorer = !command.choice.scorer.empty() || !command.choice.config.empty();
  const Subject subject = names_scorer ? from_questions(command) : from_run_config(command);
  const auto report = rewards::probe::probe(subject.scorer, subject.questions, command.options);
  std::string through;
  for (const auto& outcome : report.attacks) {
    if (command.json) {
      print(attack_line(outcome));
    }
    using rewards::probe::Verdict;
    if (outcome.verdict == Verdict::kHole || outcome.verdict == Verdict::kBroken) {
      through += (through.empty() ? "" : ", ") + std::string(outcome.attack->name);
    }
  }
  if (command.json) {
    print(verdict_line(report));
  } else {
    show_probe(std::cout, report);
  }
  std::cout.flush();
  if (!std::cout) {
    throw core::FileError("standard output: cannot be written");
  }
  if (!through.empty()) {
    throw core::Error("probe: the scorer did not hold against " + through);
  }
}

}  // namespace

void add_probe_command(CLI::App& app) {
  const auto command = std::make_shared<ProbeCommand>();
  CLI::App* sub = app.add_subcommand("probe", "Attack a scorer before it is trained on; exits 1 when it does not hold");
  sub->add_option("file", command->file, "A config of hone train; or with --scorer or --config, questions as JSONL")
      ->required();
  add_scorer_options(*sub, command->choice);
  sub->add_option("--threshold", command->options.threshold,
                  "The share of the honest answer's score that no attack may reach")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  sub->add_option("--questions", command->questions, "How many questions, the first ones")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  sub->add_option("--most-texts", command->options.most_texts, "Answers of each attack on a question; 0: all");
  sub->add_option("--seed", command->options.seed, "Of what attacks shuffle")->capture_default_str();
  sub->add_option("--threads", command->options.pool.threads, "Threads that score")->check(CLI::Range(1, 256));
  sub->add_option("--deadline", command->options.pool.deadline_s, "Seconds that one answer may take")
      ->check(CLI::PositiveNumber);
  sub->add_flag("--json", command->json, "A line of JSON an attack, and one for the whole");
  sub->callback([command] { probe(*command); });
}

}  // namespace hone::cli
