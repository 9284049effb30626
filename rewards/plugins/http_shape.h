#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/config_types.h"
#include "rewards/scorer.h"

namespace hone::rewards::plugins {

/// The JSON that a service speaks.
///   hone      the same request and reply as a process
///   openrlhf  {"query": [prompt + answer, …], "prompts": […], "labels": […]} -> {"rewards": […], "scores": […],
///             "extra_logs": {name: […]}}, as OpenRLHF's openrlhf/utils/remote_rm_utils.py asks
///   slime     {"prompt", "response", "label"} for one answer -> a number, or an object with the reward under a key, as
///             slime's slime/rollout/rm_hub asks
enum class HttpShape { kHone, kOpenrlhf, kSlime };

struct ShapeOptions {
  HttpShape shape = HttpShape::kHone;
  std::string reward_key = "score";
};

[[nodiscard]] std::string request_body(HttpShape shape, std::uint64_t id, std::span<const Asked> asked);

/// Fills the scores from a reply. With a complaint it says nothing about any of the answers.
[[nodiscard]] std::optional<std::string> read_body(const ShapeOptions& options, std::string body, std::uint64_t id,
                                                   std::span<const Asked> asked, std::span<Score> scores);

}  // namespace hone::rewards::plugins

template <>
struct hone::core::EnumNames<hone::rewards::plugins::HttpShape> {
  static constexpr std::pair<hone::rewards::plugins::HttpShape, const char*> values[] = {
      {hone::rewards::plugins::HttpShape::kHone, "hone"},
      {hone::rewards::plugins::HttpShape::kOpenrlhf, "openrlhf"},
      {hone::rewards::plugins::HttpShape::kSlime, "slime"}};
};
