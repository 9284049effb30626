#include "cli/run_options.h"

#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "cli/environment.h"
#include "core/config_text.h"
#include "core/error.h"
#include "core/files.h"
#include "cost/hardware.h"

namespace hone::cli {
namespace {

std::string default_folder(const std::filesystem::path& config) {
  const auto parent = std::filesystem::absolute(config).parent_path().filename().string();
  const auto stem = config.stem().string();
  return "runs/" + (parent.empty() ? stem : parent + "-" + stem);
}

bool has_checkpoints(const std::filesystem::path& out) {
  std::error_code missing;
  return !std::filesystem::is_empty(out / "checkpoints", missing) && !missing;
}

/// What is below one may differ too.
constexpr std::array kMayChange = {"$version",
                                   "train.max_steps",
                                   "train.num_train_epochs",
                                   "train.micro_batch_tokens",
                                   "policy.logprob_chunk_tokens",
                                   "policy.device",
                                   "policy.recompute_activations",
                                   "rollout.slots",
                                   "rollout.scoring",
                                   "probe",
                                   "eval.every",
                                   "checkpoint",
                                   "logging",
                                   "cost"};

bool may_change(const std::string& path) {
  return std::find(kMayChange.begin(), kMayChange.end(), path) != kMayChange.end();
}

/// The path of the first value that differs and may not, or "".
std::string first_difference(const core::Json& left, const core::Json& right, const std::string& path) {
  if (left == right || may_change(path)) {
    return "";
  }
  if (left.is_object() && right.is_object()) {
    for (const auto* side : {&left, &right}) {
      for (const auto& [key, value] : side->items()) {
        const auto below = core::text::join_path(path, key);
        if (!left.contains(key) || !right.contains(key)) {
          if (!may_change(below)) {
            return below;
          }
        } else if (auto found = first_difference(left[key], right[key], below); !found.empty()) {
          return found;
        }
      }
    }
    return "";
  }
  if (left.is_array() && right.is_array() && left.size() == right.size()) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (auto found = first_difference(left[i], right[i], path + "." + std::to_string(i)); !found.empty()) {
        return found;
      }
    }
    return "";
  }
  return path;
}

/// The value at a path, to read.
std::string value_at(const core::Json& root, std::string path) {
  constexpr std::size_t kShown = 60;
  std::replace(path.begin(), path.end(), '.', '/');
  const core::Json::json_pointer pointer("/" + path);
  const auto text = root.contains(pointer) ? root[pointer].dump() : "missing";
  return text.size() > kShown ? text.substr(0, kShown) + "…" : text;
}

void refuse_another_run(const core::Json& config, const std::filesystem::path& kept, const std::string& source) {
  const auto begun = core::load_json_file(kept.string());
  const auto differs = first_difference(config, begun, "");
  if (!differs.empty()) {
    throw core::ConfigError(source + ": " + differs + " is " + value_at(config, differs) + ", but the run began with " +
                            value_at(begun, differs) + " (" + kept.string() +
                            "): --resume cannot change it, a new --out can");
  }
}

}  // namespace

void add_config_options(CLI::App& command, RunOptions& options) {
  command.add_option("config", options.config_path, "The config, JSON")->required()->type_name("CONFIG");
  command.add_option("--set", options.overrides, "Override a key: --set train.learning_rate=1e-5")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--threads", options.threads, "Threads; by default as many as there are cores")
      ->check(CLI::Range(1, 1024));
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add_config_options(command, options);
  command.add_option("--out", options.out, "The run's folder; by default runs/FOLDER-CONFIG");
  command.add_flag("--resume", options.resume, "Go on from the folder's last checkpoint");
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
  if (!options.resume && (has_checkpoints(out) || std::filesystem::exists(out / "summary.json", failure))) {
    throw core::UserError(out.string() + " holds a run: go on with --resume, give another --out, or remove the folder");
  }
  return {options.config_path, std::filesystem::absolute(options.config_path).parent_path(), out, options.resume,
          environment()};
}

void keep_config(const core::Json& config, const std::string& file_name, const rl::RunPaths& paths) {
  const auto kept = paths.out / file_name;
  if (has_checkpoints(paths.out) && std::filesystem::exists(kept)) {
    refuse_another_run(config, kept, paths.config_file);
  }
  core::atomic_write_file(kept, config.dump(2) + "\n");
}

void use_threads(int threads) {
  at::set_num_threads(threads > 0 ? threads : static_cast<int>(cost::describe_machine().cores));
}

}  // namespace hone::cli
