#include "rl/losses/metrics.h"

#include <ATen/ATen.h>

#include <limits>
#include <vector>

#include "rl/losses/metric_sums.h"

namespace hone::rl {
namespace {

enum Sum {
  kLoss,
  kPolicyLoss,
  kUnits,  // tokens, or rows where a row has one ratio
  kRatio,
  kKl,
  kKlTokens,
  kEntropy,
  kEntropyTokens,
  kLowClipped,
  kHighClipped,
  kClipUnits,
  kCapped,
  kCappedUnits,
  kLogprobDifference,
  kRolloutWeight,
  kRolloutTokens,
  kSumCount
};

enum Maximum {
  kRatioMax,
  kRatioMinNegated,
  kLowClippedRowMinNegated,
  kHighClippedRowMax,
  kLogprobDifferenceMax,
  kRolloutWeightMax,
  kRolloutWeightMinNegated,
  kMaximumCount
};

constexpr double kNothingSeen = -std::numeric_limits<double>::infinity();

/// Fills the two lists; what is not set stays 0, or -inf. Only operations that also have a meta kernel without Python:
/// no where, max, abs or logical_and.
class Collector {
 public:
  explicit Collector(const at::Tensor& like)
      : sums_(kSumCount, at::zeros({}, like.options())),
        maxima_(kMaximumCount, at::full({}, kNothingSeen, like.options())) {}

  void value(Sum index, const at::Tensor& scalar) { sums_[index] = scalar; }
  void sum(Sum index, const at::Tensor& values, const at::Tensor& weights) { sums_[index] = (values * weights).sum(); }
  void maximum(Maximum index, const at::Tensor& values, const at::Tensor& weights) {
    const at::Tensor unless_masked = (weights > 0).to(values.scalar_type()).log();  // 0, or -inf where masked
    maxima_[index] = (values + unless_masked).amax();
  }
  void minimum(Maximum index, const at::Tensor& values, const at::Tensor& weights) { maximum(index, -values, weights); }

  [[nodiscard]] MetricSums stacked() const {
    return {at::stack(sums_).to(at::kDouble), at::stack(maxima_).to(at::kDouble)};
  }

 private:
  std::vector<at::Tensor> sums_, maxima_;  // [] each
};

void collect_clipping(Collector& collect, const AlgorithmConfig& config, const LossInput& input,
                      const TokenWeights& weights, const at::Tensor& ratio) {
  const at::Tensor is_raised = input.advantages > 0, is_lowered = input.advantages < 0;  // [tokens]
  if (config.loss_type == LossType::kCispo) {
    collect.sum(kCapped, (ratio > config.cispo_cap).bitwise_and(is_raised), weights.unit);
    collect.value(kCappedUnits, weights.unit.sum());
    return;
  }
  const at::Tensor low = (ratio < 1.0 - config.epsilon.value()).bitwise_and(is_lowered).to(ratio.scalar_type());
  const at::Tensor high = (ratio > 1.0 + config.epsilon_high.value()).bitwise_and(is_raised).to(ratio.scalar_type());
  collect.sum(kLowClipped, low, weights.unit);
  collect.sum(kHighClipped, high, weights.unit);
  collect.value(kClipUnits, weights.unit.sum());
  const at::Tensor lengths = input.row_lengths.clamp_min(1);
  collect.minimum(kLowClippedRowMinNegated, row_sums(low, input) / lengths, input.row_weight);
  collect.maximum(kHighClippedRowMax, row_sums(high, input) / lengths, input.row_weight);
}

void collect_rollout(Collector& collect, const LossInput& input, const TokenWeights& weights, const LossParts& parts) {
  const at::Tensor signed_difference = parts.old_logprobs - input.rollout_logprobs;
  const at::Tensor difference = at::maximum(signed_difference, -signed_difference);  // [tokens]
  collect.sum(kLogprobDifference, difference, weights.token);
  collect.maximum(kLogprobDifferenceMax, difference, weights.token);
  collect.sum(kRolloutWeight, parts.rollout, weights.token);
  collect.maximum(kRolloutWeightMax, parts.rollout, weights.token);
  collect.minimum(kRolloutWeightMinNegated, parts.rollout, weights.token);
  collect.value(kRolloutTokens, weights.token.sum());
}

/// Writes only what was seen.
class Figures {
 public:
  Figures(const double* sums, const double* maxima) : sums_(sums), maxima_(maxima) {}

  void mean(const char* name, double sum, Sum count) {
    if (sums_[count] > 0.0) values[name] = sum / sums_[count];
  }
  void mean(const char* name, Sum sum, Sum count) { mean(name, sums_[sum], count); }
  void maximum(const char* name, Maximum index) {
    if (maxima_[index] != kNothingSeen) values[name] = maxima_[index];
  }
  void minimum(const char* name, Maximum index) {
    if (maxima_[index] != kNothingSeen) values[name] = -maxima_[index] + 0.0;  // not "-0"
  }

  std::map<std::string, double> values;

 private:
  const double *sums_, *maxima_;
};

}  // namespace

void MetricSums::add(const MetricSums& other) {
  if (!sums.defined()) {
    *this = other;
    return;
  }
  sums = sums + other.sums;
  maxima = at::maximum(maxima, other.maxima);
}

MetricSums metric_sums(const AlgorithmConfig& config, const LossInput& input, const TokenWeights& weights,
                       const LossParts& parts) {
  const at::NoGradGuard no_grad;
  const at::Tensor ratio = parts.ratio.detach();
  Collector collect(ratio);
  collect.value(kLoss, parts.loss.detach());
  collect.value(kPolicyLoss, parts.policy_loss.detach());
  collect.value(kUnits, weights.unit.sum());
  collect.sum(kRatio, ratio, weights.unit);
  collect.maximum(kRatioMax, ratio, weights.unit);
  collect.minimum(kRatioMinNegated, ratio, weights.unit);
  collect_clipping(collect, config, input, weights, ratio);
  if (parts.kl.defined()) {
    collect.sum(kKl, parts.kl.detach(), weights.token);
    collect.value(kKlTokens, weights.token.sum());
  }
  if (input.entropy.defined()) {
    collect.sum(kEntropy, input.entropy.detach(), weights.token);
    collect.value(kEntropyTokens, weights.token.sum());
  }
  if (parts.rollout.defined()) collect_rollout(collect, input, weights, parts);
  return collect.stacked();
}

std::map<std::string, double> metric_values(const MetricSums& metrics) {
  const at::Tensor read = at::cat({metrics.sums, metrics.maxima}).cpu();
  const double* sums = read.const_data_ptr<double>();
  Figures figures(sums, sums + kSumCount);
  figures.values = {{"loss", sums[kLoss]}, {"policy_loss", sums[kPolicyLoss]}};
  figures.mean("kl", kKl, kKlTokens);
  figures.mean("entropy", kEntropy, kEntropyTokens);
  figures.mean("ratio/mean", kRatio, kUnits);
  figures.minimum("ratio/min", kRatioMinNegated);
  figures.maximum("ratio/max", kRatioMax);
  figures.mean("clip_ratio/low_mean", kLowClipped, kClipUnits);
  figures.mean("clip_ratio/high_mean", kHighClipped, kClipUnits);
  figures.mean("clip_ratio/region_mean", sums[kLowClipped] + sums[kHighClipped], kClipUnits);
  figures.minimum("clip_ratio/low_min", kLowClippedRowMinNegated);
  figures.maximum("clip_ratio/high_max", kHighClippedRowMax);
  figures.mean("cispo_clip_ratio", kCapped, kCappedUnits);
  figures.mean("sampling/sampling_logp_difference/mean", kLogprobDifference, kRolloutTokens);
  figures.maximum("sampling/sampling_logp_difference/max", kLogprobDifferenceMax);
  figures.minimum("sampling/importance_sampling_ratio/min", kRolloutWeightMinNegated);
  figures.mean("sampling/importance_sampling_ratio/mean", kRolloutWeight, kRolloutTokens);
  figures.maximum("sampling/importance_sampling_ratio/max", kRolloutWeightMax);
  return figures.values;
}

}  // namespace hone::rl
