#pragma once

#include <optional>

#include "core/config.h"
#include "cost/ledger.h"

namespace hone::cost {

/// What the program cannot know about the machine and the base. Without a price no dollars are shown, without a peak no
/// utilization.
struct CostConfig {
  std::optional<double> usd_per_hour;
  std::optional<double> pretraining_flops;
  std::optional<double> peak_tflops;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("usd_per_hour", usd_per_hour, "What the machine costs an hour; null shows no dollars.", core::at_least(0));
    visit("pretraining_flops", pretraining_flops,
          "FLOPs that the base cost; null takes them from the base's pretraining.json.", core::greater_than(0));
    visit("peak_tflops", peak_tflops,
          "The machine's peak in 10^12 FLOP/s at the compute type; null: hone train measures it.",
          core::greater_than(0));
  }
};

/// Dollars for so many seconds; nothing without a price.
[[nodiscard]] std::optional<double> usd(const CostConfig& config, double seconds);

/// Model FLOPs utilization: the model FLOPs done in the work's seconds over what the peak would do in them. Nothing
/// without a peak or without time. Source: PaLM (2204.02311) appendix B.
[[nodiscard]] std::optional<double> model_flops_utilization(const CostConfig& config, const Work& work);

}  // namespace hone::cost
