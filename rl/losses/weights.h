#pragma once

#include <ATen/core/Tensor.h>

#include "rl/losses/policy_loss.h"

namespace hone::rl {

/// The factor of each token in the step's loss: each loss's way to average, over the whole step's denominators.
struct TokenWeights {
  at::Tensor policy;  // [tokens] of the policy term
  at::Tensor kl;      // [tokens] of the KL
  at::Tensor token;   // [tokens] 1, or 0 in a masked row
  at::Tensor unit;    // [tokens] 1 where a token has its own ratio, 1 / length where its row has one; 0 if masked
};

[[nodiscard]] TokenWeights token_weights(LossType loss, const LossInput& input, const Denominators& denominators);

/// True where a whole answer has one ratio: gspo, rloo.
[[nodiscard]] bool has_sequence_ratio(LossType loss);

/// [tokens] -> [rows]: the sum over each row's tokens.
[[nodiscard]] at::Tensor row_sums(const at::Tensor& values, const LossInput& input);

}  // namespace hone::rl
