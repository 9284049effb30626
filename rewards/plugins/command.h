#pragma once

#include "rewards/plugins/launch.h"
#include "rewards/plugins/process.h"

namespace hone::rewards::plugins {

/// What is to be started: the program found, {folder} replaced, the environment scrubbed. Throws ConfigError, beginning
/// with where the options stand.
[[nodiscard]] LaunchPlan launch_plan(const ProcessOptions& options, const ScorerSetting& setting);

}  // namespace hone::rewards::plugins
