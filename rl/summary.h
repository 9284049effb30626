#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cost/ledger.h"
#include "cost/pretraining_card.h"
#include "report/summary.h"
#include "rl/config.h"
#include "rl/evaluation.h"

namespace hone::rl {

/// What a run ends with.
struct RunOutcome {
  std::int64_t steps = 0;
  std::string policy;  // the folder of the last checkpoint
  std::vector<SetFigures> before;
  std::vector<SetFigures> after;
  const cost::Ledger& ledger;
  std::optional<double> pretraining_flops;
  std::optional<double> peak_flops_per_s;  // of a matrix product on this machine, in the compute type
};

/// summary.json: keys as in docs/runs.md.
[[nodiscard]] nlohmann::ordered_json summary_json(const RunConfig& config, const RunOutcome& outcome);
/// The block that closes a run, for people.
[[nodiscard]] std::string summary_text(const RunConfig& config, const RunOutcome& outcome);

}  // namespace hone::rl
