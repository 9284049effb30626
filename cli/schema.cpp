#include "rewards/rubric/schema.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/schema_tables.h"
#include "core/config.h"
#include "rl/config.h"
#include "rl/pretrainer.h"

namespace hone::cli {
namespace {

struct SchemaOptions {
  std::string config = "train";
  bool markdown = false;
};

core::Json schema_of(const std::string& config) {
  if (config == "rubric") return rewards::rubric::rubric_schema();
  return config == "train" ? core::json_schema<rl::RunConfig>("hone train")
                           : core::json_schema<rl::PretrainConfig>("hone pretrain");
}

void print(const SchemaOptions& options) {
  const auto schema = schema_of(options.config);
  std::cout << (options.markdown ? schema_tables(schema, "###") : schema.dump(2) + "\n") << std::flush;
}

}  // namespace

void add_schema_command(CLI::App& app) {
  auto options = std::make_shared<SchemaOptions>();
  auto* command = app.add_subcommand("schema", "The JSON Schema of a config or a rubric");
  command->add_option("config", options->config, "Whose: sft has that of pretrain; rubric is the format of rubrics")
      ->check(CLI::IsMember({"train", "pretrain", "rubric"}))
      ->capture_default_str();
  command->add_flag("--markdown", options->markdown, "Tables to read, as in docs/configuration.md");
  command->callback([options] { print(*options); });
}

}  // namespace hone::cli
