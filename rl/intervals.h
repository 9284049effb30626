#pragma once

#include <cstdint>
#include <span>

#include "report/summary.h"

namespace hone::rl {

/// 95 % interval of a share, successes of trials; [0, 1] where there are no trials. Wilson (1927), which unlike the
/// normal approximation stays inside [0, 1] and is right at 0 and 1.
[[nodiscard]] report::Interval wilson_interval(double successes, std::int64_t trials);

/// 95 % interval of the mean of n independent values by the normal approximation, mean ± 1.96 · s / √n with the sample
/// deviation; for means over clusters (several answers to a question) and for paired differences. The whole line where
/// n < 2.
[[nodiscard]] report::Interval mean_interval(std::span<const double> values);

}  // namespace hone::rl
