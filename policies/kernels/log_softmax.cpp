#include "policies/kernels/log_softmax.h"

#include <cmath>

#include "policies/kernels/lanes.h"

namespace hone::policies::kernels {

template <class T>
void log_softmax_statistics(const T* logits, const std::int64_t* targets, float inverse_temperature, std::int64_t vocab,
                            std::int64_t begin, std::int64_t end, float* logprobs, float* entropies,
                            float* log_sum_exps) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* __restrict x = logits + row * vocab;
    const float largest = largest_of(x, vocab);
    const float shift = largest * inverse_temperature;
    float totals[kLanes] = {};
    float weighted[kLanes] = {};  // Σ e^(z - shift) · (z - shift)
    std::int64_t j = 0;
    for (; j + kLanes <= vocab; j += kLanes) {
      for (int k = 0; k < kLanes; ++k) {
        const float z = to_float(x[j + k]) * inverse_temperature - shift;
        const float e = fast_exp(z);
        totals[k] += e;
        weighted[k] += e * z;
      }
    }
    float total = 0.0F;
    float moment = 0.0F;
    for (; j < vocab; ++j) {
      const float z = to_float(x[j]) * inverse_temperature - shift;
      const float e = fast_exp(z);
      total += e;
      moment += e * z;
    }
    for (int k = 0; k < kLanes; ++k) {
      total += totals[k];
      moment += weighted[k];
    }
    const float log_total = std::log(total);
    log_sum_exps[row] = shift + log_total;
    logprobs[row] = to_float(x[targets[row]]) * inverse_temperature - shift - log_total;
    entropies[row] = log_total - moment / total;
  }
}

template <class T>
void log_softmax_gradient(T* logits, const std::int64_t* targets, const float* log_sum_exps, const float* entropies,
                          const float* grad_logprobs, const float* grad_entropies, float inverse_temperature,
                          std::int64_t vocab, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; ++row) {
    T* __restrict x = logits + row * vocab;
    const float lse = log_sum_exps[row];
    const float from_logprob = grad_logprobs[row] * inverse_temperature;
    const float from_entropy = grad_entropies != nullptr ? grad_entropies[row] * inverse_temperature : 0.0F;
    const float entropy = entropies[row];
    const float target_logp = to_float(x[targets[row]]) * inverse_temperature - lse;
    // d logp_target / d logit_j = [j = target] - p_j;  d H / d logit_j = -p_j (log p_j + H), both over the temperature
    const auto gradient = [&](auto logp) { return -fast_exp(logp) * (from_logprob + from_entropy * (logp + entropy)); };
    std::int64_t j = 0;
    for (; j + kLanes <= vocab; j += kLanes) {
      store(x + j, gradient(load(x + j) * inverse_temperature - lse));
    }
    for (; j < vocab; ++j) x[j] = from_float<T>(gradient(to_float(x[j]) * inverse_temperature - lse));
    // Summed before it is rounded: with p near 1 the two terms cancel, and bfloat16 would keep nothing of a confident
    // token's gradient.
    const float p = fast_exp(target_logp);
    x[targets[row]] = from_float<T>(from_logprob - p * (from_logprob + from_entropy * (target_logp + entropy)));
  }
}

#define HONE_INSTANTIATE(T)                                                                                 \
  template void log_softmax_statistics<T>(const T*, const std::int64_t*, float, std::int64_t, std::int64_t, \
                                          std::int64_t, float*, float*, float*);                            \
  template void log_softmax_gradient<T>(T*, const std::int64_t*, const float*, const float*, const float*,  \
                                        const float*, float, std::int64_t, std::int64_t, std::int64_t);
HONE_INSTANTIATE(float)
HONE_INSTANTIATE(BFloat16)
#undef HONE_INSTANTIATE

}  // namespace hone::policies::kernels
