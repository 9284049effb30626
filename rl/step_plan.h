#pragma once

#include <cstdint>

#include "cost/flops.h"
#include "cost/ledger.h"

namespace hone::rl {

struct RunConfig;

/// What a training step's arithmetic follows from. Numbers alone: it needs no policy.
struct StepInput {
  cost::ModelShape model;
  std::int64_t prompts = 0;  // a step
  std::int64_t num_generations = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;  // of each answer, its end included
  std::int64_t micro_batch_tokens = 0;
  std::int64_t num_iterations = 1;
  bool has_old_policy = false;  // the update needs log-probabilities from before it
  bool has_reference = false;
  bool recomputes = false;
};

/// What a config asks of a step, every answer at its full length.
[[nodiscard]] StepInput step_input(const RunConfig& config, const cost::ModelShape& model, std::int64_t prompt_tokens);

/// Tokens and FLOPs of a step by phase; no seconds. A prompt is computed once for its group in the rollout, and in the
/// update once for each micro-batch that its group is spread over. No answer is left out of the update.
[[nodiscard]] cost::Ledger plan_step(const StepInput& input);

}  // namespace hone::rl
