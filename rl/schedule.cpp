#include "rl/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hone::rl {
namespace {

double share_after_warmup(const ScheduleConfig& config, double progress) {
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  switch (config.lr_scheduler_type) {
    case LearningRateSchedule::kConstant:
      return 1.0;
    case LearningRateSchedule::kLinear:
      return 1.0 - progress;
    case LearningRateSchedule::kCosine:
      return cosine;
    case LearningRateSchedule::kCosineWithMinLr:
      break;
  }
  return config.min_lr_rate + (1.0 - config.min_lr_rate) * cosine;
}

}  // namespace

double learning_rate_at(const ScheduleConfig& config, std::int64_t step, std::int64_t max_steps) {
  if (step < config.warmup_steps)
    return config.learning_rate * static_cast<double>(step + 1) / static_cast<double>(config.warmup_steps);
  const double remaining = static_cast<double>(std::max<std::int64_t>(1, max_steps - config.warmup_steps));
  const double progress = std::clamp(static_cast<double>(step - config.warmup_steps) / remaining, 0.0, 1.0);
  return config.learning_rate * share_after_warmup(config, progress);
}

}  // namespace hone::rl
