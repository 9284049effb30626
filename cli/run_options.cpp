#include "cli/run_options.h"

#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>

#include "core/error.h"
#include "cost/hardware.h"

namespace hone::cli {
namespace {

std::string default_folder(const std::filesystem::path& config) {
  const auto parent = std::filesystem::absolute(config).parent_path().filename().string();
  const auto stem = config.stem().string();
  return "runs/" + (parent.empty() ? stem : parent + "-" + stem);
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("config", options.config_path, "The config, JSON")->required()->type_name("CONFIG");
  command.add_option("--out", options.out, "The run's folder; by default runs/FOLDER-CONFIG");
  command.add_option("--set", options.overrides, "Override a key: --set train.learning_rate=1e-5")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--resume", options.resume, "Go on from the folder's last checkpoint");
  command.add_option("--threads", options.threads, "Threads; by default as many as there are cores")
      ->check(CLI::Range(1, 1024));
}

core::Json load_config(const RunOptions& options) {
  auto json = core::load_json_file(options.config_path);
  for (const auto& assignment : options.overrides) {
    core::apply_override(json, assignment);
  }
  return json;
}

rl::RunPaths prepare_folder(const RunOptions& options) {
  const std::filesystem::path out = options.out.empty() ? default_folder(options.config_path) : options.out;
  std::error_code failure;
  std::filesystem::create_directories(out, failure);
  if (failure) {
    throw core::FileError(out.string() + ": cannot make the run's folder: " + failure.message());
  }
  const bool has_run = std::filesystem::exists(out / "checkpoints") && !std::filesystem::is_empty(out / "checkpoints", failure);
  if (has_run && !options.resume) {
    throw core::UserError(out.string() + " holds a run: go on with --resume, give another --out, or remove the folder");
  }
  return {options.config_path, std::filesystem::absolute(options.config_path).parent_path(), out, options.resume};
}

void use_threads(int threads) {
  at::set_num_threads(threads > 0 ? threads : static_cast<int>(cost::describe_machine().cores));
}

}  // namespace hone::cli
