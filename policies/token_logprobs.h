#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace hone::policies {

struct TokenLogprobs {
  at::Tensor logprobs;  // [tokens] float32
  at::Tensor entropy;   // [tokens] float32, nats
};

/// log softmax(hidden · headᵀ / temperature) at the targets, and that distribution's entropy; differentiable.
///   hidden [tokens, hidden], head [vocab, hidden], targets [tokens] int64
/// Logits exist for `chunk_tokens` tokens at a time and are computed again in the backward, so memory does not grow
/// with vocabulary × length. The division by the temperature belongs here: policy, old and reference alike go through
/// it.
/// Throws ConfigError unless temperature and chunk are positive, ShapeError where the shapes do not fit, and on the CPU
/// DataError for a target outside the vocabulary.
TokenLogprobs token_logprobs(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                             double temperature, std::int64_t chunk_tokens);

}  // namespace hone::policies
