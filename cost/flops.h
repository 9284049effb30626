#pragma once

#include <cstdint>
#include <span>

namespace hone::cost {

/// What decides a decoder's arithmetic. Counted are matrix products and attention; the embedding gather is not one.
struct ModelShape {
  std::int64_t vocab = 0;
  std::int64_t hidden = 0;
  std::int64_t intermediate = 0;
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  bool tied_head = false;
};

/// All stored parameters; a tied head is counted once.
[[nodiscard]] std::int64_t total_parameters(const ModelShape& shape);
/// Parameters in matrix products that one token goes through, without the head.
[[nodiscard]] std::int64_t body_matmul_parameters(const ModelShape& shape);
[[nodiscard]] std::int64_t head_matmul_parameters(const ModelShape& shape);

/// A stretch of tokens that goes through the decoder at once: `new_tokens` of them behind `context` cached or shared
/// ones. Attention is causal: the i-th new token (from 0) sees context + i + 1 positions.
struct Span {
  std::int64_t new_tokens = 0;
  std::int64_t context = 0;
  std::int64_t head_tokens = 0;  // for how many the logits were computed
};

/// Forward FLOPs (2 a multiply-add) of the span: 2·N_body·T + 2·N_head·H + 4·layers·heads·head_dim·Σ context.
[[nodiscard]] double forward_flops(const ModelShape& shape, const Span& span);
/// Backward of the same: twice the forward.
[[nodiscard]] double backward_flops(const ModelShape& shape, const Span& span);

}  // namespace hone::cost
