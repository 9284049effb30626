#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "rewards/registry.h"
#include "rewards/rubric/item_judge.h"

namespace hone::rewards {

/// A rubric's judge: one criterion about one answer in a request. The options are JudgeOptions. Throws ConfigError and
/// FileError.
[[nodiscard]] std::shared_ptr<const rubric::ItemJudge> make_item_judge(const nlohmann::json& options,
                                                                       const ScorerSetting& setting);

}  // namespace hone::rewards
