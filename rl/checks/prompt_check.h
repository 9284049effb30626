#pragma once

#include "policies/policy.h"
#include "rl/checks/item.h"
#include "rl/config.h"
#include "rl/memory_plan.h"
#include "rl/run_paths.h"

namespace hone::rl {

/// What later items need of the questions. Prompts that do not fit the context are left out: the run refuses them.
struct PromptsFound {
  RolloutExtent extent;
  double mean_tokens = 0.0;  // of training prompts, by their sources' weights
};

/// Questions of a generated domain that are looked at; of a file all are.
inline constexpr std::size_t kSampledQuestions = 512;

/// How long the prompts of training and evaluation are, and which do not fit the policy's context together with their
/// answer. Fills `found` as it goes. Throws ConfigError, FileError, DataError where questions cannot be read.
void check_prompts(CheckItem& item, const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
                   PromptsFound& found);

}  // namespace hone::rl
