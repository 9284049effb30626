#pragma once

#include <c10/core/Device.h>

#include "policies/policy.h"

namespace hone::rl {

/// FLOP/s of the best of a few square matrix products in the compute type: the peak that utilization is measured
/// against where the config gives none. Takes under a second.
[[nodiscard]] double measure_matmul_peak(policies::ComputeType compute, const c10::Device& device);

}  // namespace hone::rl
