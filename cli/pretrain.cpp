#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/run_options.h"
#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "rl/pretrainer.h"

namespace hone::cli {
namespace {

void run(const RunOptions& options, bool fine_tuning) {
  auto json = load_config(options);
  if (fine_tuning && !json.contains(core::Json::json_pointer("/train/mask_prompts"))) {
    json["train"]["mask_prompts"] = true;
  }
  const auto config = core::from_json<rl::PretrainConfig>(json, options.config_path);
  if (fine_tuning && config.policy.path.empty()) {
    throw core::ConfigError(options.config_path + ": policy.path is missing, needs the weights to fine-tune");
  }
  use_threads(options.threads);
  const auto paths = prepare_folder(options);
  const core::FolderLock lock(paths.out);
  keep_config(core::to_json(config), "pretrain_config.json", paths);
  core::watch_interrupts();
  rl::pretrain(config, paths);
}

void add(CLI::App& app, const char* name, const char* description, bool fine_tuning) {
  auto options = std::make_shared<RunOptions>();
  auto* command = app.add_subcommand(name, description);
  add_run_options(*command, *options);
  command->callback([options, fine_tuning] { run(*options, fine_tuning); });
}

}  // namespace

void add_pretrain_commands(CLI::App& app) {
  add(app, "pretrain", "Documents in, weights out", false);
  add(app, "sft", "Supervised fine-tuning: pretrain with the prompts masked", true);
}

}  // namespace hone::cli
