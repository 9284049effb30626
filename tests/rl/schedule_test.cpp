#include "rl/schedule.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

using Catch::Approx;
using namespace hone::rl;

namespace {

double share(LearningRateSchedule schedule, std::int64_t step) {
  const ScheduleConfig config{.learning_rate = 2.0, .lr_scheduler_type = schedule, .warmup_steps = 4};
  return learning_rate_at(config, step, 12) / 2.0;
}

}  // namespace

TEST_CASE("every schedule warms up linearly, and its first update is not lost", "[rl][schedule]") {
  for (const auto schedule : {LearningRateSchedule::kConstant, LearningRateSchedule::kLinear,
                              LearningRateSchedule::kCosine, LearningRateSchedule::kCosineWithMinLr}) {
    CHECK(share(schedule, 0) == 0.25);
    CHECK(share(schedule, 1) == 0.5);
    CHECK(share(schedule, 3) == 1.0);
    CHECK(share(schedule, 4) == 1.0);
  }
}

TEST_CASE("schedules fall as their names say", "[rl][schedule]") {
  CHECK(share(LearningRateSchedule::kConstant, 11) == 1.0);
  CHECK(share(LearningRateSchedule::kLinear, 8) == 0.5);
  CHECK(share(LearningRateSchedule::kLinear, 11) == 0.125);
  CHECK(share(LearningRateSchedule::kCosine, 8) == Approx(0.5));
  CHECK(share(LearningRateSchedule::kCosine, 6) == Approx(0.8535533905932737));  // (1 + cos(pi / 4)) / 2
  CHECK(share(LearningRateSchedule::kCosineWithMinLr, 8) == Approx(0.55));
}

TEST_CASE("a run that goes past its end keeps the last rate", "[rl][schedule]") {
  CHECK(share(LearningRateSchedule::kLinear, 500) == 0.0);
  CHECK(share(LearningRateSchedule::kCosine, 500) == Approx(0.0).margin(1e-15));
  CHECK(share(LearningRateSchedule::kCosineWithMinLr, 500) == Approx(0.1));
}

TEST_CASE("a warm-up as long as the run never falls", "[rl][schedule]") {
  const ScheduleConfig config{
      .learning_rate = 1.0, .lr_scheduler_type = LearningRateSchedule::kLinear, .warmup_steps = 5};
  CHECK(learning_rate_at(config, 4, 5) == 1.0);
}
