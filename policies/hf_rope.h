#pragma once

#include <cstdint>
#include <optional>

#include "policies/json_keys.h"
#include "policies/rope.h"

namespace hone::policies {

/// The rotary positions that a config.json asks for.
struct HfRope {
  RopeConfig all;
  std::optional<RopeConfig> sliding;  // of the sliding layers, where they have their own
};

/// Reads both spellings: transformers 5 nests all of it in rope_parameters (with an object for each kind of layer in
/// Gemma 3); before, rope_theta stood alone, rope_scaling and rope_local_base_freq beside it. `default_theta` is the
/// family's, `default_sliding_theta` that of a family whose sliding layers turn by their own.
/// Throws DataError naming the key for a type or an option that is not supported.
[[nodiscard]] HfRope read_rope(const JsonKeys& keys, std::int64_t max_position_embeddings, double default_theta,
                               std::optional<double> default_sliding_theta);

}  // namespace hone::policies
