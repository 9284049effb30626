#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "policies/kernels/lanes.h"

namespace hone::policies::kernels {

inline std::int64_t round_up(std::int64_t n, std::int64_t to) {
  return (n + to - 1) / to * to;
}

/// Scores of one query become probabilities over its keys [hidden, visible), zero before them and up to `padded`. Gives
/// log Σ exp. The buffer has room for `visible` rounded up to whole vectors.
inline float softmax(float* scores, std::int64_t hidden, std::int64_t visible, std::int64_t padded) {
  const float most = largest_of(scores + hidden, visible - hidden);
  const auto whole = round_up(visible, kLanes);
  std::fill(scores, scores + hidden, most - 1000.0F);
  std::fill(scores + visible, scores + whole, most - 1000.0F);
  Lanes totals{};
  for (std::int64_t j = 0; j < whole; j += kLanes) {
    const Lanes e = fast_exp(load(scores + j) - most);
    totals += e;
    store(scores + j, e);
  }
  const float total = sum(totals);
  const Lanes inverse = splat(1.0F / total);
  for (std::int64_t j = 0; j < whole; j += kLanes) {
    store(scores + j, load(scores + j) * inverse);
  }
  std::fill(scores, scores + hidden, 0.0F);
  std::fill(scores + visible, scores + std::max(whole, padded), 0.0F);
  return most + std::log(total);
}

}  // namespace hone::policies::kernels
