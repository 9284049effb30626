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
  std::int64_t sliding_layers = 0;          // of the layers: those that see `window` positions at most
  std::int64_t window = 0;                  // a token's own among them
  std::int64_t extra_layer_parameters = 0;  // of each layer: biases, and norms beyond the two that every layer has
  std::int64_t adapter_parameters = 0;      // trained beside weights that are not; 0: the weights are trained
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

/// Forward FLOPs (2 a multiply-add) of the span: 2·N_body·T + 2·N_head·H + 4·heads·head_dim·Σ positions seen, over
/// tokens and layers.
[[nodiscard]] double forward_flops(const ModelShape& shape, const Span& span);
/// Backward of the same: twice the forward where the weights are trained; beside frozen ones a product with them has
/// only its input's gradient.
[[nodiscard]] double backward_flops(const ModelShape& shape, const Span& span);

}  // namespace hone::cost
