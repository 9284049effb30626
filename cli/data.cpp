#include "cli/data.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/error.h"
#include "datasets/domain.h"
#include "datasets/jsonl.h"
#include "datasets/solutions.h"

namespace hone::cli {
namespace {

struct ListOptions {
  bool json = false;
};

struct MakeOptions {
  std::string domain;
  std::uint64_t count = 10;
  std::uint64_t seed = 1;
  std::string split = "train";
  bool documents = false;
  std::vector<std::string> options;  // key=value
  std::vector<std::string> mix;      // key=value
};

void list(const ListOptions& options) {
  for (const auto& entry : datasets::domains()) {
    const nlohmann::json schema = entry.schema();
    if (options.json) {
      std::cout
          << nlohmann::json{{"domain", entry.name}, {"description", entry.description}, {"options", schema}}.dump()
          << '\n';
      continue;
    }
    std::cout << entry.name << ": " << entry.description << '\n';
    for (const auto& option : schema.at("properties").items()) {
      if (!option.value().contains("default")) continue;  // "$schema", which is no option
      std::cout << "  " << option.key() << " (" << option.value().at("default").dump()
                << "): " << option.value().at("description").get<std::string>() << '\n';
    }
  }
}

nlohmann::json from_assignments(const std::vector<std::string>& assignments) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& assignment : assignments) core::apply_override(json, assignment);
  return json;
}

void write(const nlohmann::json& line) {
  std::cout << line.dump() << '\n';
  if (!std::cout) throw core::FileError("standard output: cannot be written");
}

void make_documents(const datasets::Domain& domain, const MakeOptions& options) {
  const auto mix = core::from_json<datasets::SolutionMix>(from_assignments(options.mix), "--mix");
  for (std::uint64_t index = 0; index < options.count; ++index) {
    const auto document = datasets::make_document(domain, mix, options.seed, index);
    auto line = datasets::to_json_line(document.question);
    line["completion"] = document.completion;
    line["correct"] = document.correct;
    line["habit"] = document.habit;
    write(line);
  }
}

void make(const MakeOptions& options) {
  const auto domain = datasets::make_domain(options.domain, from_assignments(options.options), "hone data make");
  const auto split = datasets::split_from_name(options.split, "--split");
  if (options.documents) {
    if (split != datasets::Split::kPretrain) {
      throw core::UserError("--documents are made from the split pretrain, found --split " + options.split);
    }
    make_documents(*domain, options);
    return;
  }
  if (!options.mix.empty()) throw core::UserError("--mix needs --documents");
  for (const auto& question : datasets::make_questions(*domain, split, options.seed, options.count)) {
    write(datasets::to_json_line(question));
  }
}

}  // namespace

void add_data_command(CLI::App& app) {
  auto* data = app.add_subcommand("data", "Generated questions: list the domains, make questions or worked solutions.");
  data->require_subcommand(1);

  auto list_options = std::make_shared<ListOptions>();
  auto* list_command = data->add_subcommand("list", "The generated domains and their options.");
  list_command->add_flag("--json", list_options->json, "One JSON object a domain.");
  list_command->callback([list_options] { list(*list_options); });

  auto make_options = std::make_shared<MakeOptions>();
  auto* make_command = data->add_subcommand("make", "Questions of a domain as JSONL on standard output.");
  make_command->add_option("domain", make_options->domain, "The domain's name.")->required();
  make_command->add_option("--count", make_options->count, "How many.")->capture_default_str();
  make_command->add_option("--seed", make_options->seed, "Seed.")->capture_default_str();
  auto* split = make_command->add_option("--split", make_options->split, "train, eval or pretrain.");
  split->capture_default_str();
  make_command->add_flag("--documents", make_options->documents,
                         "Worked solutions, right and wrong, of the split pretrain.");
  make_command->add_option("--option", make_options->options, "An option of the domain: --option terms_max=3.");
  make_command->add_option("--mix", make_options->mix, "A habit's weight among solutions: --mix careful=0.5.");
  make_command->callback([make_options, split] {
    if (make_options->documents && split->count() == 0) make_options->split = "pretrain";
    make(*make_options);
  });
}

}  // namespace hone::cli
