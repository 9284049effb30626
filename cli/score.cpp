#include "cli/score.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "core/config.h"
#include "core/error.h"
#include "datasets/jsonl.h"
#include "rewards/exact_math.h"
#include "rewards/pool.h"
#include "rewards/registry.h"

namespace hone::cli {
namespace {

using nlohmann::json;

struct ScoreOptions {
  std::string file;
  std::string scorer;
  std::string config;
  std::vector<std::string> options;  // key=value
  rewards::PoolOptions pool;
  bool json = false;
  bool explain = false;
  std::string gold;
  std::string answer;
};

/// The answers of a file, in its order: a submission's ticket is its index in `ids`.
struct Answers {
  std::vector<json> ids;
  std::vector<rewards::Submission> submissions;
};

std::shared_ptr<const rewards::Scorer> scorer_from_config(const ScoreOptions& options) {
  json config = core::load_json_file(options.config);
  if (config.is_object() && config.contains("scorers") && !config.contains("type")) {
    config = {{"type", "weighted"}, {"options", config}};
  }
  if (!options.options.empty() && config.is_object() && !config.contains("options")) {
    config["options"] = json::object();
  }
  for (const std::string& option : options.options) {
    core::apply_override(config, "options." + option);
  }
  const auto read = core::from_json<rewards::ScorerConfig>(config, options.config);
  json scorer_options = read.options;
  if (read.extraction) {
    scorer_options["extraction"] = core::enum_name(*read.extraction);
  }
  return rewards::make_scorer(read.type, scorer_options,
                              {.where = options.config + ": options",
                               .folder = std::filesystem::absolute(options.config).parent_path(),
                               .purpose = rewards::Purpose::kEvaluation,
                               .environment = environment()});
}

std::shared_ptr<const rewards::Scorer> make_scorer(const ScoreOptions& options) {
  if (options.scorer.empty() == options.config.empty()) {
    throw core::UserError("hone score needs one of --scorer NAME and --config FILE");
  }
  if (!options.config.empty()) {
    return scorer_from_config(options);
  }
  json scorer_options = json::object();
  for (const std::string& option : options.options) {
    core::apply_override(scorer_options, option);
  }
  return rewards::make_scorer(options.scorer, scorer_options,
                              {.where = "hone score",
                               .folder = std::filesystem::current_path(),
                               .purpose = rewards::Purpose::kEvaluation,
                               .environment = environment()});
}

std::string text_of(const json& line, const char* key, const std::string& place) {
  const json& value = line.at(key);
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_number() || value.is_boolean()) {
    return value.dump();
  }
  throw core::DataError(place + ": \"" + key + "\" needs text, found " + value.type_name());
}

datasets::Question question_of(const json& line, const std::string& place) {
  datasets::Question question;
  const json asked = line.value("question", json());
  if (asked.is_object()) {
    if (asked.contains("messages") || asked.contains("prompt") || asked.contains("question")) {
      question = datasets::question_from_json(asked, place);
    } else if (asked.contains("gold")) {
      question.gold = text_of(asked, "gold", place);
    }
    question.reference = asked.value("reference", question.reference);
  } else if (!asked.is_null()) {
    question.messages = datasets::messages_from_json(asked, place);
  }
  if (line.contains("gold")) {
    question.gold = text_of(line, "gold", place);
  }
  return question;
}

template <class T>
T optional_value(const json& line, const char* key, T otherwise, const std::string& place) {
  try {
    return line.value(key, otherwise);
  } catch (const json::exception&) {
    throw core::DataError(place + ": \"" + key + "\" has the wrong type, found " + line.at(key).type_name());
  }
}

Answers read_answers(const std::string& file) {
  Answers answers;
  datasets::for_each_json_line(file, [&](std::size_t number, const json& line) {
    const std::string place = file + ":" + std::to_string(number);
    if (!line.is_object()) {
      throw core::DataError(place + ": needs an object, found " + line.type_name());
    }
    for (const char* key : {"id", "answer"}) {
      if (!line.contains(key)) {
        throw core::DataError(place + ": needs \"" + key + "\"");
      }
    }
    if (!line.contains("gold") && !line.contains("question")) {
      throw core::DataError(place + ": needs \"gold\" or \"question\"");
    }
    if (!line.at("answer").is_string()) {
      throw core::DataError(place + ": \"answer\" needs text, found " + line.at("answer").type_name());
    }
    datasets::Question question = question_of(line, place);
    question.id = text_of(line, "id", place);
    answers.submissions.push_back({.ticket = answers.ids.size(),
                                   .question = std::make_shared<const datasets::Question>(std::move(question)),
                                   .text = line.at("answer").get<std::string>(),
                                   .truncated = optional_value(line, "truncated", false, place),
                                   .tokens = optional_value(line, "tokens", std::int64_t{0}, place)});
    answers.ids.push_back(line.at("id"));
  });
  return answers;
}

/// Keys and parts in their own order: what a person reads first comes first.
nlohmann::ordered_json to_json(const json& id, const rewards::Score& score) {
  auto parts = nlohmann::ordered_json::object();
  for (const auto& [name, value] : score.parts) {
    parts[name] = value;
  }
  nlohmann::ordered_json line;
  line["id"] = id;
  line["score"] = score.score;
  line["status"] = std::string(rewards::status_name(score.status));
  line["parts"] = std::move(parts);
  line["extracted"] = score.extracted;
  line["detail"] = score.detail;
  if (!score.notes.empty()) {
    auto notes = nlohmann::ordered_json::object();
    for (const auto& [name, text] : score.notes) {
      notes[name] = text;
    }
    line["notes"] = std::move(notes);
  }
  return line;
}

void print_summary(const std::map<std::string, int>& by_status, double total) {
  int count = 0;
  std::string statuses;
  for (const auto& [status, number] : by_status) {
    count += number;
    statuses += ", " + std::to_string(number) + " " + status;
  }
  std::cerr << count << " answers, mean score " << (count > 0 ? total / count : 0.0) << statuses << '\n';
}

void explain(const ScoreOptions& options) {
  if (!options.scorer.empty() && options.scorer != "exact_math") {
    throw core::UserError("hone score --explain explains exact_math alone, found --scorer " + options.scorer);
  }
  if (options.gold.empty()) {
    throw core::UserError("hone score --explain needs --gold and --answer");
  }
  json scorer_options = json::object();
  for (const std::string& option : options.options) {
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
  const auto scorer = make_scorer(options);
  // All lines are read before the first is scored, so a malformed one leaves no half of an output behind.
  Answers answers = read_answers(options.file);
  std::map<std::string, int> by_status;
  double total = 0.0;
  rewards::ScoringPool pool(scorer, options.pool);
  for (rewards::Submission& submission : answers.submissions) {
    pool.submit(std::move(submission));
  }
  for (const rewards::Scored& scored : pool.collect()) {
    // A plug-in's strings need not be UTF-8.
    std::cout << to_json(answers.ids[scored.ticket], scored.score).dump(-1, ' ', false, json::error_handler_t::replace)
              << '\n';
    ++by_status[std::string(rewards::status_name(scored.score.status))];
    total += scored.score.score;
  }
  std::cout.flush();
  if (!std::cout) {
    throw core::FileError("standard output: cannot be written");
  }
  if (!options.json) {
    print_summary(by_status, total);
  }
}

}  // namespace

void add_score_command(CLI::App& app) {
  const auto options = std::make_shared<ScoreOptions>();
  CLI::App* command = app.add_subcommand("score", "Score answers that are already written; needs no model");
  command->add_option("file", options->file, "JSONL: id, answer, and gold or question");
  command->add_option("--scorer", options->scorer, "A scorer by name: exact_math, format, length, …");
  command->add_option("--config", options->config, "A scorer's config: {\"type\", \"options\"}, or {\"scorers\": {…}}");
  command->add_option("--option", options->options, "An option of the scorer, k=v; may be given often")
      ->allow_extra_args(false);
  command->add_option("--threads", options->pool.threads, "Threads that score")->check(CLI::Range(1, 256));
  command->add_option("--deadline", options->pool.deadline_s, "Seconds that one answer may take")
      ->check(CLI::PositiveNumber);
  auto* const explains =
      command->add_flag("--explain", options->explain, "Say how exact_math judges one pair, --gold and --answer");
  command->add_option("--gold", options->gold, "The gold of --explain")->needs(explains);
  command->add_option("--answer", options->answer, "The answer of --explain")->needs(explains);
  command->add_flag("--json", options->json, "No summary on stderr");
  command->callback([options] { score(*options); });
}

}  // namespace hone::cli
