#include "rl/run_paths.h"

namespace hone::rl {

datasets::DataConfig with_paths(datasets::DataConfig data, const std::filesystem::path& folder) {
  for (auto& source : data.sources) {
    if (!source.path.empty()) {
      source.path = (folder / source.path).string();
    }
  }
  return data;
}

rewards::ScorerSetting scorer_setting(const RunPaths& paths, const std::string& path, rewards::Purpose purpose,
                                      std::uint64_t seed) {
  return {paths.config_file + ": " + path, paths.config_folder, purpose, seed, paths.environment};
}

}  // namespace hone::rl
