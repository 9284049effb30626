#pragma once

#include <vector>

#include "policies/policy.h"
#include "rl/checks/item.h"
#include "rl/config.h"
#include "rl/experience.h"

namespace hone::rl {

/// What may differ by rounding alone, with room above what was measured (docs/check.md).
struct NumericsTolerance {
  double logprob_max = 0.0;   // |rollout - trainer| of any token
  double logprob_mean = 0.0;  // over all tokens
  double recomputed = 0.0;    // |ratio - 1| of log-probabilities that are computed twice
  double gradient = 0.0;      // relative 2-norm of the difference between two cuttings
};
[[nodiscard]] NumericsTolerance numerics_tolerance(policies::ComputeType compute);

/// One update's forward and backward on these groups, by the trainer's own functions, and no optimizer step:
/// rollout and trainer agree on log-probabilities, the ratio of the first update is exactly 1, the gradient is finite,
/// not zero, and does not depend on how the answers are cut into micro-batches. Where real rewards teach nothing,
/// made-up ones stand in. Left out are the KL, which is 0 before the first update, and the masking of truncated
/// answers, as the check itself cuts them off. The policy's weights do not change; its gradients are cleared.
void check_numerics(CheckItem& item, const RunConfig& config, policies::Policy& policy, std::vector<Group> groups);

}  // namespace hone::rl
