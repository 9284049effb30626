#include "rollout/kernels/sample.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "policies/kernels/lanes.h"

namespace hone::rollout::kernels {
namespace {

using policies::kernels::fast_exp;
using policies::kernels::kLanes;
using policies::kernels::to_float;

struct Row {
  std::vector<float> weights;  // e^(z - largest z), z = logit / temperature
  std::int64_t likeliest = 0;
  double total = 0.0;  // a float32 sum over a large vocabulary is off by more than a uniform's step of 2^-24
};

template <class T>
void exponentiate(const T* logits, float inverse_temperature, std::int64_t vocab, Row& row) {
  const float largest = policies::kernels::largest_of(logits, vocab);
  float* __restrict weights = row.weights.data();
  for (std::int64_t j = 0; j < vocab; ++j) {
    weights[j] = fast_exp((to_float(logits[j]) - largest) * inverse_temperature);
  }
  double lanes[kLanes] = {};
  std::int64_t j = 0;
  for (; j + kLanes <= vocab; j += kLanes) {
    for (int k = 0; k < kLanes; ++k) {
      lanes[k] += weights[j + k];
    }
  }
  row.total = 0.0;
  for (; j < vocab; ++j) {
    row.total += weights[j];
  }
  for (const double lane : lanes) {
    row.total += lane;
  }
  row.likeliest = 0;
  while (row.likeliest + 1 < vocab && to_float(logits[row.likeliest]) != largest) {  // never equal: not numbers
    ++row.likeliest;
  }
}

/// Zeroes what the filters exclude and gives the mass that is left. Ties at a threshold stay, so no order of the
/// vocabulary matters.
double filter(Row& row, const Draw& draw) {
  std::vector<float> sorted(row.weights);
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  std::size_t kept = sorted.size();
  if (draw.top_k > 0) {
    kept = std::min(kept, static_cast<std::size_t>(draw.top_k));
  }
  if (draw.top_p < 1.0F) {
    double mass = 0.0;
    for (std::size_t i = 0; i < kept; ++i) {
      mass += sorted[i];
    }
    double before = 0.0;  // the smallest set whose mass reaches top_p
    std::size_t i = 0;
    while (i < kept && before < mass * draw.top_p) {
      before += sorted[i++];
    }
    kept = std::max<std::size_t>(i, 1);
  }
  const float threshold = std::max(sorted[kept - 1], draw.min_p * sorted[0]);
  double total = 0.0;
  for (float& weight : row.weights) {
    weight = weight >= threshold ? weight : 0.0F;
    total += weight;
  }
  return total;
}

std::int64_t invert(const Row& row, double total, float uniform) {
  double rest = uniform * total;
  const auto vocab = static_cast<std::int64_t>(row.weights.size());
  for (std::int64_t j = 0; j < vocab; ++j) {
    const float weight = row.weights[static_cast<std::size_t>(j)];
    rest -= weight;
    if (rest < 0.0) {  // never at a weight of 0: it leaves the sign as it was
      return j;
    }
  }
  return row.likeliest;  // only where weights are not numbers
}

}  // namespace

template <class T>
void sample_rows(const T* logits, const float* uniforms, const Draw& draw, std::int64_t vocab, std::int64_t begin,
                 std::int64_t end, std::int64_t* tokens, float* logprobs) {
  Row row{std::vector<float>(static_cast<std::size_t>(vocab)), 0, 0.0F};
  const bool greedy = draw.temperature == 0.0F;
  for (std::int64_t r = begin; r < end; ++r) {
    exponentiate(logits + r * vocab, greedy ? 1.0F : 1.0F / draw.temperature, vocab, row);
    const double whole = row.total;
    if (greedy) {
      tokens[r] = row.likeliest;
      logprobs[r] = static_cast<float>(-std::log(whole));  // the likeliest has weight e^0
      continue;
    }
    const double kept = draw.filters() ? filter(row, draw) : whole;
    tokens[r] = invert(row, kept, uniforms[r]);
    logprobs[r] = static_cast<float>(std::log(row.weights[static_cast<std::size_t>(tokens[r])] / whole));
  }
}

template void sample_rows<float>(const float*, const float*, const Draw&, std::int64_t, std::int64_t, std::int64_t,
                                 std::int64_t*, float*);
template void sample_rows<policies::kernels::BFloat16>(const policies::kernels::BFloat16*, const float*, const Draw&,
                                                       std::int64_t, std::int64_t, std::int64_t, std::int64_t*, float*);

}  // namespace hone::rollout::kernels
