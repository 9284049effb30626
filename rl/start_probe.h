#pragma once

#include <functional>
#include <string>

#include "cost/ledger.h"
#include "rl/config.h"
#include "rl/run_paths.h"

namespace hone::rl {

/// Attacks the run's scorers with answers that deserve nothing, on its first training questions, and says what came
/// through; what judges took goes to the ledger. Throws RunError where the config refuses to train on holes.
void probe_scorers(const RunConfig& config, const RunPaths& paths, const std::function<void(const std::string&)>& say,
                   cost::Ledger& ledger);

}  // namespace hone::rl
