#pragma once

#include <cstdint>

#include "policies/kernels/scalar.h"

namespace hone::rollout::kernels {

/// How a token is drawn. temperature 0 takes the likeliest. Filters apply in the order top_k, top_p, min_p.
struct Draw {
  float temperature = 1.0F;
  std::int64_t top_k = 0;  // 0: off
  float top_p = 1.0F;      // 1: off
  float min_p = 0.0F;      // 0: off
  [[nodiscard]] bool filters() const { return top_k > 0 || top_p < 1.0F || min_p > 0.0F; }
};

/// Draws a token for each of rows [begin, end) by inverting the cumulative distribution at the row's uniform.
///   logits [rows, vocab], uniforms [rows] in [0, 1), tokens [rows], logprobs [rows]: of the token, before filtering,
///   at the temperature (at 1 where it is 0)
/// One uniform a row, where Gumbel noise would cost one a vocabulary entry.
template <class T>
void sample_rows(const T* logits, const float* uniforms, const Draw& draw, std::int64_t vocab, std::int64_t begin,
                 std::int64_t end, std::int64_t* tokens, float* logprobs);

}  // namespace hone::rollout::kernels
