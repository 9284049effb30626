#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "rl/algorithm.h"

namespace hone::rl {

/// What one rollout teaches. Rows are answers: row = prompt * group + sample.
struct Advantages {
  at::Tensor values;                      // [prompts, group] float64, CPU: the mean over the answer's tokens
  std::vector<float> of_token;            // [answer tokens], rows one after another
  std::vector<std::int64_t> row_offsets;  // [rows + 1]: row i owns of_token[row_offsets[i] .. row_offsets[i + 1])
  std::vector<bool> rewards_differ;       // [prompts]: at least two valid answers, and not all rewards equal
  std::vector<bool> teaches;              // [prompts]: some advantage is not zero
};

/// How much better each answer is than its siblings: TRL's GRPO advantage.
///   rewards   [prompts, group] float64, CPU
///   is_valid  [prompts, group] bool, CPU: false where scoring failed; out of mean and deviation, advantage 0
///   returns   [prompts, group] float64
/// A = (R - mean) / (std + std_eps), with the mean over the group's valid answers; `scale` picks the deviation: of the
/// group, of all valid rewards of the batch, or no division.
/// A group with fewer than two valid answers, or whose valid rewards are exactly equal, teaches nothing: exact zeros.
/// Equality is tested on the rewards themselves: a deviation computed in floating point need not be 0 for equal ones.
/// Throws ShapeError unless both are 2-D of one shape.
/// Source: DeepSeekMath (2402.03300) section 4.1.2; without the division, Dr. GRPO (2503.20783).
[[nodiscard]] at::Tensor group_advantages(const at::Tensor& rewards, const at::Tensor& is_valid,
                                          const AlgorithmConfig& config);

/// Reward minus the mean reward of the other valid answers of the group: (R - mean) * n / (n - 1), not scaled.
/// Shapes, masks, zeros and errors as `group_advantages`. Source: Ahmadian et al. (2402.14740) section 3.3.
[[nodiscard]] at::Tensor leave_one_out_advantages(const at::Tensor& rewards, const at::Tensor& is_valid);

/// The advantages of a rollout by `config.advantage_estimator` (a resolved config).
///   lengths  [prompts, group] int64, CPU: answer tokens, the EOS included
/// Rows with one advantage repeat it over their tokens. reinforce++ gives token t of an answer of length L the return
/// gamma^(L - 1 - t) * R, then subtracts the mean and divides by the (sample) deviation over all tokens of valid
/// answers, as sqrt(variance + 1e-8); the baseline variant first subtracts the group's mean. Both are exact zeros when
/// what they whiten is all equal. Source: REINFORCE++ (2501.03262).
[[nodiscard]] Advantages compute_advantages(const AlgorithmConfig& config, const at::Tensor& rewards,
                                            const at::Tensor& is_valid, const at::Tensor& lengths);

}  // namespace hone::rl
