#pragma once

#include <filesystem>
#include <string>

#include "datasets/mixture.h"
#include "rewards/registry.h"

namespace hone::rl {

/// Where a run reads and writes, and whether it goes on from its last checkpoint.
struct RunPaths {
  std::string config_file;                   // for messages
  std::filesystem::path config_folder = {};  // what relative paths in the config are relative to
  std::filesystem::path out = {};
  bool resume = false;
  rewards::Environment environment = {};  // what scorers may see of it
};

/// For the scorers that stand at `path` of the config: "scorers", "eval.sets.0.scorers".
[[nodiscard]] rewards::ScorerSetting scorer_setting(const RunPaths& paths, const std::string& path,
                                                    rewards::Purpose purpose, std::uint64_t seed);

/// The data config with file paths made relative to the config's folder.
[[nodiscard]] datasets::DataConfig with_paths(datasets::DataConfig data, const std::filesystem::path& folder);

}  // namespace hone::rl
