#include "rl/losses/weights.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace hone::rl {

bool has_sequence_ratio(LossType loss) {
  return loss == LossType::kGspo || loss == LossType::kRloo;
}

at::Tensor row_sums(const at::Tensor& values, const LossInput& input) {
  return at::zeros({input.row_lengths.size(0)}, values.options()).index_add(0, input.row_of_token, values);  // [rows]
}

TokenWeights token_weights(LossType loss, const LossInput& input, const Denominators& denominators) {
  const double tokens = std::max(1.0, denominators.tokens);
  const double rows = std::max(1.0, denominators.rows);
  const at::Tensor per_row = input.row_weight / input.row_lengths.clamp_min(1);  // [rows]
  TokenWeights weights;
  weights.token = input.row_weight.gather(0, input.row_of_token);        // [tokens]
  const at::Tensor mean_of_row = per_row.gather(0, input.row_of_token);  // [tokens]
  weights.unit = has_sequence_ratio(loss) ? mean_of_row : weights.token;
  switch (loss) {
    case LossType::kGrpo:
    case LossType::kGspo:
      weights.policy = mean_of_row / rows;
      break;
    case LossType::kRloo:
      weights.policy = mean_of_row / rows;
      weights.kl = weights.token / rows;  // the sequence is one action: its KL is the sum over its tokens
      break;
    case LossType::kDrGrpo:
      weights.policy = weights.token / (rows * std::max(1.0, denominators.max_completion_length));
      break;
    case LossType::kDapo:
    case LossType::kCispo:
    case LossType::kReinforcePlusPlus:
      weights.policy = weights.token / tokens;
      break;
  }
  if (!weights.kl.defined()) weights.kl = weights.policy;
  return weights;
}

Denominators step_denominators(std::span<const std::int64_t> row_lengths, std::span<const float> row_weight,
                               std::int64_t max_completion_length) {
  Denominators denominators;
  denominators.max_completion_length = static_cast<double>(max_completion_length);
  for (std::size_t row = 0; row < row_lengths.size(); ++row) {
    denominators.tokens += row_weight[row] * static_cast<double>(row_lengths[row]);
    denominators.rows += row_weight[row];
  }
  return denominators;
}

}  // namespace hone::rl
