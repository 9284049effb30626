#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "policies/packed_batch.h"
#include "rl/advantage.h"
#include "rl/experience.h"
#include "rl/losses/policy_loss.h"

namespace hone::rl {

/// Which answers an update goes over, and with what weight.
struct UpdateRows {
  std::vector<std::int64_t> lengths;  // [rows] answer tokens
  std::vector<float> weights;         // [rows] 0: failed scorer, or truncated where those are masked
  std::vector<bool> skipped;          // [rows] left out of forward and backward, which changes no gradient
};
[[nodiscard]] UpdateRows choose_rows(const AlgorithmConfig& config, const Experience& experience,
                                     const Advantages& advantages);

/// Answers of some groups, packed, with what the loss needs beside the policy's own log-probabilities.
struct MicroBatch {
  policies::PackedBatch packed;
  LossInput input;                 // without logprobs and entropy, which the forward gives
  std::vector<std::int64_t> rows;  // which rows, in the order of the packed targets
};

/// Cuts the groups [begin, end) into micro-batches of about `tokens` tokens, skipped rows left out. A prompt is
/// computed once for the answers of its group that share a micro-batch.
[[nodiscard]] std::vector<MicroBatch> make_micro_batches(const Experience& experience, const Advantages& advantages,
                                                         const UpdateRows& rows, std::size_t begin, std::size_t end,
                                                         std::int64_t tokens, const at::Device& device);

}  // namespace hone::rl
