#pragma once

#include <ATen/core/Tensor.h>

#include "rl/losses/metrics.h"
#include "rl/losses/policy_loss.h"
#include "rl/losses/weights.h"

namespace hone::rl {

/// What `policy_loss` computed on its way.
struct LossParts {
  const at::Tensor& loss;          // []
  const at::Tensor& policy_loss;   // []
  const at::Tensor& ratio;         // [tokens]
  const at::Tensor& old_logprobs;  // [tokens]
  const at::Tensor& rollout;       // [tokens] or undefined
  const at::Tensor& kl;            // [tokens] or undefined
};

/// The figures of one micro-batch, without grad and without a sync.
[[nodiscard]] MetricSums metric_sums(const AlgorithmConfig& config, const LossInput& input, const TokenWeights& weights,
                                     const LossParts& parts);

}  // namespace hone::rl
