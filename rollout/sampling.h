#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "rollout/kernels/sample.h"

namespace hone::rollout {

/// How answers are sampled; the same keys in `rollout` and in every evaluation set.
struct SamplingConfig {
  double temperature = 1.0;
  std::int64_t top_k = 0;
  double top_p = 1.0;
  double min_p = 0.0;
  std::int64_t max_completion_length = 256;
  std::vector<std::string> stop = {};

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("temperature", temperature, "Divides the logits; 0 takes the likeliest token.", core::at_least(0));
    visit("top_k", top_k, "Keep the k likeliest tokens; 0: all.", core::at_least(0));
    visit("top_p", top_p, "Keep the likeliest tokens that together reach this probability; 1: all.",
          core::in_range(0, 1));
    visit("min_p", min_p, "Keep tokens at least this share as likely as the likeliest; 0: all.", core::in_range(0, 1));
    visit("max_completion_length", max_completion_length, "Tokens of an answer at most, its end included.",
          core::at_least(1));
    visit("stop", stop, "Strings that end an answer, besides the end-of-sequence token.");
  }

  [[nodiscard]] kernels::Draw draw() const;
};

/// Draws one token a row.
///   logits [rows, vocab], uniforms [rows] float32 on the logits' device; tokens [rows] int64 and logprobs [rows]
///   float32 are written
void sample_tokens(const at::Tensor& logits, const at::Tensor& uniforms, const kernels::Draw& draw,
                   const at::Tensor& tokens, const at::Tensor& logprobs);

}  // namespace hone::rollout
