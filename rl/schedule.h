#pragma once

#include <cstdint>
#include <utility>

#include "core/config.h"

namespace hone::rl {

/// Names as in Hugging Face's `lr_scheduler_type`. Warm-up applies to each.
enum class LearningRateSchedule { kConstant, kLinear, kCosine, kCosineWithMinLr };

/// The learning rate's keys of a `train` section: call `schedule.describe(visit)` in the section's own.
struct ScheduleConfig {
  double learning_rate = 1e-6;
  LearningRateSchedule lr_scheduler_type = LearningRateSchedule::kConstant;
  std::int64_t warmup_steps = 0;
  double min_lr_rate = 0.1;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("learning_rate", learning_rate, "Peak learning rate.", core::at_least(0));
    visit("lr_scheduler_type", lr_scheduler_type, "How it falls after the warm-up.");
    visit("warmup_steps", warmup_steps, "Steps over which it rises linearly from 0.", core::at_least(0));
    visit("min_lr_rate", min_lr_rate, "Floor of cosine_with_min_lr, as a share of the peak.", core::in_range(0, 1));
  }
};

/// The learning rate of update `step` (0 is the first) of `max_steps`. A pure function, so a resumed run needs no
/// scheduler state. Warm-up gives update s the share (s + 1) / warmup_steps (Hugging Face: s / warmup_steps, whose
/// first update does nothing); after it, with p = (step - warmup_steps) / (max_steps - warmup_steps):
/// linear 1 - p, cosine (1 + cos(pi p)) / 2, the latter over a floor of min_lr_rate.
[[nodiscard]] double learning_rate_at(const ScheduleConfig& config, std::int64_t step, std::int64_t max_steps);

}  // namespace hone::rl

template <>
struct hone::core::EnumNames<hone::rl::LearningRateSchedule> {
  using Type = hone::rl::LearningRateSchedule;
  static constexpr std::pair<Type, const char*> values[] = {{Type::kConstant, "constant"},
                                                            {Type::kLinear, "linear"},
                                                            {Type::kCosine, "cosine"},
                                                            {Type::kCosineWithMinLr, "cosine_with_min_lr"}};
};
