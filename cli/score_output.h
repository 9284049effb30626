#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "report/score_page.h"
#include "rewards/pool.h"

namespace hone::cli {

/// A score as `hone score` prints it, keys and parts in their own order: what a person reads first comes first.
/// `notes`, `spans` and `usage` are left out when there are none.
[[nodiscard]] nlohmann::ordered_json score_line(const nlohmann::json& id, const rewards::Score& score);

/// Id, score or status, and what was lost, for a person: "half  0.389  lost: …".
[[nodiscard]] std::string table_line(const nlohmann::json& id, const rewards::Score& score);

/// The same for the page.
[[nodiscard]] report::ScoredAnswer scored_answer(const rewards::Submission& submission, const rewards::Score& score);

}  // namespace hone::cli
