#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/config.h"
#include "rl/run_paths.h"

namespace CLI {
class App;
}

namespace hone::cli {

/// What train, pretrain and sft have in common: CONFIG [--out DIR] [--set a.b=v]… [--resume] [--threads N].
struct RunOptions {
  std::string config_path;
  std::string out;
  std::vector<std::string> overrides;
  bool resume = false;
  int threads = 0;
};
/// CONFIG, --set and --threads alone, for commands that leave nothing behind.
void add_config_options(CLI::App& command, RunOptions& options);
void add_run_options(CLI::App& command, RunOptions& options);

/// The config file with its overrides.
[[nodiscard]] core::Json load_config(const RunOptions& options);
/// The run's folder, made if it is missing: --out, else runs/<name of the config's folder or file>. Without --resume it
/// must not hold a run that could be lost. Throws UserError.
[[nodiscard]] rl::RunPaths prepare_folder(const RunOptions& options);
/// Writes the resolved config into the run's folder. Where the run goes on from a checkpoint it must be the config that
/// the run began with, but for keys that decide how long it runs, how fast and what it writes down: with others it
/// would be neither the old run nor a new one. Throws ConfigError naming the key.
void keep_config(const core::Json& config, const std::string& file_name, const rl::RunPaths& paths);
/// Threads of libtorch: --threads, else the cores that this process may use.
void use_threads(int threads);

}  // namespace hone::cli
