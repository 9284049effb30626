#pragma once

#include <cstdint>

#include "policies/policy.h"
#include "rl/checks/item.h"
#include "rl/config.h"
#include "rl/experience.h"
#include "rl/run_paths.h"

namespace hone::rl {

/// Groups that are rolled out, and tokens of an answer, at most: enough to see what the run would see, in seconds.
inline constexpr std::int64_t kSampledGroups = 4;
inline constexpr std::int64_t kSampledTokens = 64;

/// Rolls out the run's first groups, answers cut short, and scores them: what is asked, what is answered, what that is
/// worth and how long it takes. Fails as the run would, where scorers fail too often. Fills `groups`.
/// Throws ConfigError, FileError, DataError, RunError.
void check_sample(CheckItem& item, const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
                  std::vector<Group>& groups);

}  // namespace hone::rl
