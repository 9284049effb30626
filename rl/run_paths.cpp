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

}  // namespace hone::rl
