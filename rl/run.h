#pragma once

#include "rl/config.h"
#include "rl/run_paths.h"

namespace hone::rl {

/// The main job: evaluates, trains step by step, evaluates again, and leaves in `paths.out` what docs/runs.md
/// describes. Killed at any moment and resumed it gives the same figures as left alone, timings aside. Throws
/// Interrupted after a checkpoint when a signal asked it to end; ConfigError, FileError, DataError, RunError.
void train(const RunConfig& config, const RunPaths& paths);

}  // namespace hone::rl
