#include "policies/hf_rope.h"

#include <string>
#include <utility>

namespace hone::policies {
namespace {

constexpr std::int64_t kMaxPositions = std::int64_t{1} << 30;

RopeScaling scaling_named(const JsonKeys& rope, const char* key) {
  const auto name = rope.text(key, "default");
  for (const auto& [word, scaling] : {std::pair{"default", RopeScaling::kNone},
                                      {"linear", RopeScaling::kLinear},
                                      {"llama3", RopeScaling::kLlama3},
                                      {"yarn", RopeScaling::kYarn}}) {
    if (name == word) return scaling;
  }
  rope.refuse(key, name, "one of default, linear, llama3, yarn");
}

/// One rope_parameters or rope_scaling object over what is known without it.
RopeConfig read_one(const JsonKeys& rope, RopeConfig config, std::int64_t max_positions) {
  rope.only("partial_rotary_factor", 1.0);
  const auto of_type = scaling_named(rope, "type");
  config.scaling = rope.find("rope_type") != nullptr ? scaling_named(rope, "rope_type") : of_type;
  config.theta = rope.positive("rope_theta", config.theta);
  if (config.scaling == RopeScaling::kNone) {
    if (const auto* factor = rope.find("factor")) rope.refuse("factor", *factor, "a rope_type that uses it beside it");
    return config;
  }
  config.factor = rope.positive("factor");
  if (config.scaling == RopeScaling::kLinear) return config;
  const bool is_yarn = config.scaling == RopeScaling::kYarn;
  config.original_max_position_embeddings = rope.integer("original_max_position_embeddings", 1, kMaxPositions,
                                                         is_yarn ? std::optional(max_positions) : std::nullopt);
  if (!is_yarn) {
    config.low_freq_factor = rope.positive("low_freq_factor");
    config.high_freq_factor = rope.positive("high_freq_factor");
    if (config.high_freq_factor <= config.low_freq_factor) {
      rope.refuse("high_freq_factor", config.high_freq_factor, "more than low_freq_factor");
    }
    return config;
  }
  config.beta_fast = rope.positive("beta_fast", 32.0);
  config.beta_slow = rope.positive("beta_slow", 1.0);
  if (rope.find("attention_factor") != nullptr) config.attention_factor = rope.positive("attention_factor");
  if (rope.find("mscale") != nullptr) config.mscale = rope.positive("mscale");
  if (rope.find("mscale_all_dim") != nullptr) config.mscale_all_dim = rope.positive("mscale_all_dim");
  config.truncate = rope.boolean("truncate", true);
  return config;
}

}  // namespace

HfRope read_rope(const JsonKeys& keys, std::int64_t max_position_embeddings, double default_theta,
                 std::optional<double> default_sliding_theta) {
  keys.only("partial_rotary_factor", 1.0);
  RopeConfig all{.theta = keys.positive("rope_theta", default_theta)};
  std::optional<RopeConfig> sliding;
  if (default_sliding_theta) {
    sliding = RopeConfig{.theta = keys.positive("rope_local_base_freq", *default_sliding_theta)};
  }
  const auto read = [&](const JsonKeys& rope, const RopeConfig& config) {
    return read_one(rope, config, max_position_embeddings);
  };
  if (keys.find("rope_scaling") != nullptr) {  // as in transformers, it wins over the newer spelling
    all = read(keys.object("rope_scaling"), all);
  } else if (keys.find("rope_parameters") != nullptr) {
    const auto rope = keys.object("rope_parameters");
    if (default_sliding_theta &&
        (rope.find("full_attention") != nullptr || rope.find("sliding_attention") != nullptr)) {
      if (rope.find("full_attention") != nullptr) all = read(rope.object("full_attention"), all);
      if (rope.find("sliding_attention") != nullptr) sliding = read(rope.object("sliding_attention"), *sliding);
    } else {
      all = read(rope, all);
    }
  }
  return {all, sliding};
}

}  // namespace hone::policies
