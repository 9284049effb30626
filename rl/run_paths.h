#pragma once

#include <filesystem>
#include <string>

#include "datasets/mixture.h"

namespace hone::rl {

/// Where a run reads and writes, and whether it goes on from its last checkpoint.
struct RunPaths {
  std::string config_file;              // for messages
  std::filesystem::path config_folder;  // what relative paths in the config are relative to
  std::filesystem::path out;
  bool resume = false;
};

/// The data config with file paths made relative to the config's folder.
[[nodiscard]] datasets::DataConfig with_paths(datasets::DataConfig data, const std::filesystem::path& folder);

}  // namespace hone::rl
