#pragma once

#include <nlohmann/json.hpp>

#include "core/config.h"
#include "rewards/registry.h"

namespace hone::rewards {

/// A scorer's options as their struct; null is none given. Throws ConfigError beginning with where they stand.
template <class Options>
[[nodiscard]] Options read_options(const nlohmann::json& options, const ScorerSetting& setting) {
  // "train.json: scorers.math.options" is a file and a path within it.
  const std::size_t colon = setting.where.find(": ");
  const bool has_path = colon != std::string::npos;
  return core::from_json<Options>(options.is_null() ? nlohmann::json::object() : options,
                                  setting.where.substr(0, colon), has_path ? setting.where.substr(colon + 2) : "");
}

}  // namespace hone::rewards
