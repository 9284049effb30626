#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>

#include "rewards/probe/probe.h"

namespace hone::cli {

/// The table for a person, then what came through with an excerpt of it. Texts are made safe for a terminal.
void show_probe(std::ostream& stream, const rewards::probe::ProbeReport& report);

/// One attack's line of --json.
[[nodiscard]] nlohmann::ordered_json attack_line(const rewards::probe::AttackOutcome& outcome);
/// The last line: the honest answers, and whether all held.
[[nodiscard]] nlohmann::ordered_json verdict_line(const rewards::probe::ProbeReport& report);

}  // namespace hone::cli
