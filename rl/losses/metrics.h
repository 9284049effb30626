#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace hone::rl {

/// Sums and extremes over answer tokens (rows for losses with one ratio a row), kept on the loss's device.
struct MetricSums {
  at::Tensor sums;    // [sums] float64, in the order of losses/metrics.cpp
  at::Tensor maxima;  // [maxima] float64; minima are kept negated; -inf where nothing was seen

  void add(const MetricSums& other);
};

/// The step's figures under TRL's names, read with one device sync: `loss`, `policy_loss`, `kl`, `entropy`,
/// `clip_ratio/{low_mean,low_min,high_mean,high_max,region_mean}` or `cispo_clip_ratio`,
/// `sampling/sampling_logp_difference/{mean,max}`, `sampling/importance_sampling_ratio/{min,mean,max}`, and our own
/// `ratio/{min,mean,max}`. A figure is absent when its input was: no reference, no entropy, no rollout
/// log-probabilities. `kl` and `entropy` are means over the tokens that went through the update.
[[nodiscard]] std::map<std::string, double> metric_values(const MetricSums& sums);

}  // namespace hone::rl
