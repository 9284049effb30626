#include "cost/cost_config.h"

namespace hone::cost {

std::optional<double> usd(const CostConfig& config, double seconds) {
  if (!config.usd_per_hour) return std::nullopt;
  return *config.usd_per_hour * seconds / 3600.0;
}

std::optional<double> model_flops_utilization(const CostConfig& config, const Work& work) {
  if (!config.peak_tflops || work.seconds <= 0.0) return std::nullopt;
  return work.model_flops / (*config.peak_tflops * 1e12 * work.seconds);
}

}  // namespace hone::cost
