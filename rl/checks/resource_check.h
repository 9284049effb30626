#pragma once

#include "cost/available_memory.h"
#include "rl/checks/item.h"
#include "rl/config.h"
#include "rl/memory_plan.h"
#include "rl/step_plan.h"

namespace hone::rl {

/// Whether the plan fits what the machine had left before the policy was loaded, and what to lower where it does not.
void check_memory(CheckItem& item, const MemoryPlan& plan, const cost::AvailableMemory& available);

/// A step's FLOPs at full lengths, and their seconds at the peak, which is measured where the config gives none.
void check_compute(CheckItem& item, const RunConfig& config, const StepInput& input, double peak_flops_per_s);

}  // namespace hone::rl
