#include "cli/scorer_choice.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/environment.h"
#include "core/config.h"
#include "core/error.h"

namespace hone::cli {
namespace {

using nlohmann::json;

std::shared_ptr<const rewards::Scorer> scorer_from_config(const ScorerChoice& choice, rewards::Purpose purpose) {
  json config = core::load_json_file(choice.config);
  if (config.is_object() && config.contains("schema") && config.contains("items")) {
    throw core::UserError(choice.config +
                          R"( is a rubric; needs a scorer that uses it: {"type": "rubric", "options": )" +
                          R"({"rubrics": "FILE or FOLDER"}})");
  }
  if (config.is_object() && config.contains("scorers") && !config.contains("type")) {
    config = {{"type", "weighted"}, {"options", config}};
  }
  if (!choice.options.empty() && config.is_object() && !config.contains("options")) {
    config["options"] = json::object();
  }
  for (const std::string& option : choice.options) {
    core::apply_override(config, "options." + option);
  }
  const auto read = core::from_json<rewards::ScorerConfig>(config, choice.config);
  json scorer_options = read.options;
  if (read.extraction) {
    scorer_options["extraction"] = core::enum_name(*read.extraction);
  }
  return rewards::make_scorer(read.type, scorer_options,
                              {.where = choice.config + ": options",
                               .folder = std::filesystem::absolute(choice.config).parent_path(),
                               .purpose = purpose,
                               .environment = environment()});
}

}  // namespace

void add_scorer_options(CLI::App& command, ScorerChoice& choice) {
  command.add_option("--scorer", choice.scorer, "A scorer by name: exact_math, rubric, format, length, …");
  command.add_option("--config", choice.config, "A scorer's config: {\"type\", \"options\"}, or {\"scorers\": {…}}");
  command.add_option("--option", choice.options, "An option of the scorer, k=v; may be given often")
      ->allow_extra_args(false);
}

std::shared_ptr<const rewards::Scorer> make_scorer(const ScorerChoice& choice, const std::string& command,
                                                   rewards::Purpose purpose) {
  if (choice.scorer.empty() == choice.config.empty()) {
    throw core::UserError(command + " needs one of --scorer NAME and --config FILE");
  }
  if (!choice.config.empty()) {
    return scorer_from_config(choice, purpose);
  }
  json scorer_options = json::object();
  for (const std::string& option : choice.options) {
    core::apply_override(scorer_options, option);
  }
  return rewards::make_scorer(
      choice.scorer, scorer_options,
      {.where = command, .folder = std::filesystem::current_path(), .purpose = purpose, .environment = environment()});
}

}  // namespace hone::cli
