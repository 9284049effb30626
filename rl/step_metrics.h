#pragma once

#include "report/metrics.h"
#include "rl/trainer.h"

namespace hone::rl {

/// A step's figures under TRL's names, without its timings: a function of the seed and the step alone.
void write_step_metrics(const StepResult& result, report::Metrics& line);

/// Timings and rates under verl's names, from what the ledger gained during the step.
void write_timings(const cost::Ledger& before, const cost::Ledger& after, double step_s, report::Metrics& line);

}  // namespace hone::rl
