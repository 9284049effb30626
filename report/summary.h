#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hone::report {

/// A share or a difference of shares with its 95 % interval.
struct Interval {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// One evaluation set before and after the run. All are shares in [0, 1].
struct SetOutcome {
  std::string set;
  std::int64_t questions = 0;
  double before = 0.0;  // accuracy, sampled
  double after = 0.0;
  Interval gain;  // after - before
  std::optional<double> greedy_before = {};
  std::optional<double> greedy_after = {};
};

/// What the run took.
struct RunCost {
  double model_flops = 0.0;
  std::optional<double> over_pretraining = {};  // RL FLOPs over the base's pretraining FLOPs
  double seconds = 0.0;
  std::string hardware;  // "2 cores of AMD EPYC 7763"
  std::optional<double> usd = {};
  double rollout_tokens_per_s = 0.0;
  double update_tokens_per_s = 0.0;
};

/// The block that closes a run:
///   arithmetic  31.2 % → 88.5 %  (+57.3 points, 95 % [+51.9, +62.7])  greedy 40.1 % → 90.2 %
///   cost        12 TFLOP, 0.8 % of the base's pretraining, 3 m 12 s on 2 cores
/// A gain whose interval holds 0 is marked "n.s.", not significant.
[[nodiscard]] std::string closing_summary(const std::vector<SetOutcome>& sets, const RunCost& cost);

}  // namespace hone::report
