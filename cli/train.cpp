#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/run_options.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/version.h"
#include "rl/run.h"

namespace hone::cli {
namespace {

void run(const RunOptions& options) {
  const auto config =
      rl::resolve(core::from_json<rl::RunConfig>(load_config(options), options.config_path), options.config_path);
  use_threads(options.threads);
  const auto paths = prepare_folder(options);
  const core::FolderLock lock(paths.out);
  auto resolved = core::to_json(config);
  resolved["$version"] = core::kVersion;
  keep_config(resolved, "config.json", paths);
  core::watch_interrupts();
  rl::train(config, paths);
}

}  // namespace

void add_train_command(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  auto* command = app.add_subcommand("train", "RL post-training: a config in, a better policy and its cost out");
  add_run_options(*command, *options);
  command->callback([options] { run(*options); });
}

}  // namespace hone::cli
