#pragma once

#include <functional>
#include <vector>

#include "rl/checks/item.h"
#include "rl/config.h"
#include "rl/run_paths.h"

namespace hone::rl {

/// Looks at a run before it is started: policy, prompts, memory, compute, a scored sample, numerics. Each item is
/// handed over as it is done, as some take seconds. What an item needs that another did not find leaves it out. Nothing
/// is written; `paths.out` is not used.
std::vector<CheckItem> check(const RunConfig& config, const RunPaths& paths,
                             const std::function<void(const CheckItem&)>& on_item);

}  // namespace hone::rl
