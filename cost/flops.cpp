#include "cost/flops.h"

namespace hone::cost {
namespace {

std::int64_t layer_matmul_parameters(const ModelShape& shape) {
  const auto query_and_output = 2 * shape.hidden * shape.heads * shape.head_dim;
  const auto key_and_value = 2 * shape.hidden * shape.kv_heads * shape.head_dim;
  const auto gate_up_down = 3 * shape.hidden * shape.intermediate;
  return query_and_output + key_and_value + gate_up_down;
}

}  // namespace

std::int64_t total_parameters(const ModelShape& shape) {
  const auto norms = 2 * shape.hidden * shape.layers + shape.hidden;
  const auto embeddings = (shape.tied_head ? 1 : 2) * shape.vocab * shape.hidden;
  return embeddings + body_matmul_parameters(shape) + norms;
}

std::int64_t body_matmul_parameters(const ModelShape& shape) {
  return shape.layers * layer_matmul_parameters(shape);
}

std::int64_t head_matmul_parameters(const ModelShape& shape) {
  return shape.vocab * shape.hidden;
}

double forward_flops(const ModelShape& shape, const Span& span) {
  // A product with a weight matrix is one multiply-add for each weight and token. For one query head and one position
  // that it sees, Q·Kᵀ and P·V are head_dim multiply-adds each, hence 4·head_dim FLOPs. The i-th of T new tokens sees
  // context + i + 1 positions; summed, T·context + T(T + 1)/2.
  const auto tokens = static_cast<double>(span.new_tokens);
  const auto positions = tokens * static_cast<double>(span.context) + tokens * (tokens + 1.0) / 2.0;
  const auto body = 2.0 * static_cast<double>(body_matmul_parameters(shape)) * tokens;
  const auto head = 2.0 * static_cast<double>(head_matmul_parameters(shape)) * static_cast<double>(span.head_tokens);
  const auto attention = 4.0 * static_cast<double>(shape.layers * shape.heads * shape.head_dim) * positions;
  return body + head + attention;
}

double backward_flops(const ModelShape& shape, const Span& span) {
  // Each product has two in backward: one for the gradient of its input, one for that of its weight (or other factor).
  return 2.0 * forward_flops(shape, span);
}

}  // namespace hone::cost
