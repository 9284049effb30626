#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

#include "rl/algorithm.h"
#include "rl/losses/metrics.h"

namespace hone::rl {

/// The answer tokens of one micro-batch, packed: rows one after another, no padding, prompts left out.
/// All tensors on one device. Every log-probability is that of the sampled token at the rollout's temperature: whoever
/// makes them divides the logits by it, alike for policy, old and reference.
struct LossInput {
  at::Tensor logprobs;            // [tokens] float32 with grad: the policy that is updated
  at::Tensor old_logprobs;        // [tokens] before the rollout's first update; undefined: the first, ratio exactly 1
  at::Tensor reference_logprobs;  // [tokens]; may be undefined when beta == 0
  at::Tensor rollout_logprobs;    // [tokens] as sampled; undefined: no truncated importance sampling, no such metrics
  at::Tensor entropy;             // [tokens], with grad when entropy_coef > 0; undefined: not reported
  at::Tensor advantages;          // [tokens] float32
  at::Tensor row_of_token;        // [tokens] int64, 0 .. rows-1, ascending
  at::Tensor row_lengths;         // [rows] int64 answer tokens, the EOS included
  at::Tensor row_weight;          // [rows] float32: 1, or 0 for a masked row (truncated answer, failed scorer)
};

/// What sums are divided by: counts over the whole optimizer step, so that gradients do not depend on how it is cut
/// into micro-batches. Rows that were left out because they teach nothing count, masked rows do not.
struct Denominators {
  double tokens = 0.0;                 // answer tokens of rows with weight 1
  double rows = 0.0;                   // rows with weight 1
  double max_completion_length = 0.0;  // the config's, for dr_grpo
};

/// The denominators of an optimizer step over these rows.
[[nodiscard]] Denominators step_denominators(std::span<const std::int64_t> row_lengths,
                                             std::span<const float> row_weight, std::int64_t max_completion_length);

struct LossOutput {
  at::Tensor loss;     // [] with grad: this micro-batch's share; shares add up to the step's loss
  MetricSums metrics;  // add up over micro-batches, read once a step
};

/// The policy loss of `config.loss_type` (a resolved config), plus beta times the KL, minus entropy_coef times the
/// mean entropy. Log-ratios are clamped to +-20 before exp. No device sync; runs on the meta device.
/// Formulas: docs/losses.md. Sources: grpo 2402.03300, dr_grpo 2503.20783, dapo 2503.14476, gspo 2507.18071 (its
/// GSPO-token form), cispo 2506.13585, rloo 2402.14740, reinforce++ 2501.03262.
/// Throws ShapeError where the tensors' lengths differ, Error where one that the config needs is undefined.
[[nodiscard]] LossOutput policy_loss(const AlgorithmConfig& config, const LossInput& input,
                                     const Denominators& denominators);

}  // namespace hone::rl
