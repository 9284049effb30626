#pragma once

#include <filesystem>

#include "policies/policy.h"
#include "rl/checks/item.h"
#include "rl/config.h"

namespace hone::rl {

/// What the policy is, and whether its tokenizer and its ends of an answer belong to it. `folder` is where it was
/// loaded from.
void check_policy(CheckItem& item, const RunConfig& config, const policies::Policy& policy,
                  const std::filesystem::path& folder);

}  // namespace hone::rl
