#pragma once

#include <cstdint>

#include "policies/kernels/scalar.h"

// Statistics of softmax(logits · inverse_temperature) by row and their gradient, arithmetic in float32. T is float or
// BFloat16.
namespace hone::policies::kernels {

/// logprobs, entropies, log_sum_exps [rows] of rows [begin, end).   logits [rows, vocab], targets [rows]
template <class T>
void log_softmax_statistics(const T* logits, const std::int64_t* targets, float inverse_temperature, std::int64_t vocab,
                            std::int64_t begin, std::int64_t end, float* logprobs, float* entropies,
                            float* log_sum_exps);

/// Replaces the logits by their gradients. grad_entropies may be null.
template <class T>
void log_softmax_gradient(T* logits, const std::int64_t* targets, const float* log_sum_exps, const float* entropies,
                          const float* grad_logprobs, const float* grad_entropies, float inverse_temperature,
                          std::int64_t vocab, std::int64_t begin, std::int64_t end);

}  // namespace hone::policies::kernels
