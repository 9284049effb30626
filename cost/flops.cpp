#include "cost/flops.h"

#include <algorithm>

namespace hone::cost {
namespace {

std::int64_t layer_matmul_parameters(const ModelShape& shape) {
  const auto query_and_output = 2 * shape.hidden * shape.heads * shape.head_dim;
  const auto key_and_value = 2 * shape.hidden * shape.kv_heads * shape.head_dim;
  const auto gate_up_down = 3 * shape.hidden * shape.intermediate;
  return query_and_output + key_and_value + gate_up_down;
}

/// Positions that the span's tokens see, summed: the i-th sees context + i + 1 of them, or `window` where that is less.
double positions_seen(const Span& span, std::int64_t window) {
  const auto growing = std::clamp<std::int64_t>(window - span.context, 0, span.new_tokens);
  const auto n = static_cast<double>(growing);
  return n * static_cast<double>(span.context) + n * (n + 1.0) / 2.0 +
         static_cast<double>(span.new_tokens - growing) * static_cast<double>(window);
}

}  // namespace

std::int64_t total_parameters(const ModelShape& shape) {
  const auto vectors = (2 * shape.hidden + shape.extra_layer_parameters) * shape.layers + shape.hidden;
  const auto embeddings = (shape.tied_head ? 1 : 2) * shape.vocab * shape.hidden;
  return embeddings + body_matmul_parameters(shape) + vectors;
}

std::int64_t body_matmul_parameters(const ModelShape& shape) {
  return shape.layers * layer_matmul_parameters(shape);
}

std::int64_t head_matmul_parameters(const ModelShape& shape) {
  return shape.vocab * shape.hidden;
}

double forward_flops(const ModelShape& shape, const Span& span) {
  // A product with a weight matrix is one multiply-add for each weight and token. For one query head and one position
  // that it sees, Q·Kᵀ and P·V are head_dim multiply-adds each, hence 4·head_dim FLOPs.
  const auto tokens = static_cast<double>(span.new_tokens);
  const auto body = 2.0 * static_cast<double>(body_matmul_parameters(shape) + shape.adapter_parameters) * tokens;
  const auto head = 2.0 * static_cast<double>(head_matmul_parameters(shape)) * static_cast<double>(span.head_tokens);
  const auto everything = span.context + span.new_tokens;
  const auto seen = static_cast<double>(shape.layers - shape.sliding_layers) * positions_seen(span, everything) +
                    static_cast<double>(shape.sliding_layers) * positions_seen(span, shape.window);
  const auto attention = 4.0 * static_cast<double>(shape.heads * shape.head_dim) * seen;
  return body + head + attention;
}

double backward_flops(const ModelShape& shape, const Span& span) {
  // Each product has two in backward: one for the gradient of its input, one for that of its weight (or other factor).
  const auto whole = 2.0 * forward_flops(shape, span);
  if (shape.adapter_parameters == 0) return whole;
  return whole - 2.0 * (static_cast<double>(body_matmul_parameters(shape)) * static_cast<double>(span.new_tokens) +
                        static_cast<double>(head_matmul_parameters(shape)) * static_cast<double>(span.head_tokens));
}

}  // namespace hone::cost
