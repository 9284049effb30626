#pragma once

#include <optional>
#include <string_view>

#include "policies/decoder_config.h"
#include "policies/json_keys.h"

namespace hone::policies {

/// A Hugging Face architecture: what a config.json that names it leaves unsaid, and what is read for it alone.
struct HfFamily {
  std::string_view architecture;  // "LlamaForCausalLM"
  std::string_view model_type;    // "llama"
  bool tie_word_embeddings = false;
  std::optional<std::int64_t> head_dim = std::nullopt;  // absent: hidden_size / num_attention_heads
  double rope_theta = 10000.0;
  std::optional<double> sliding_rope_theta = std::nullopt;
  const char* activation_key = "hidden_act";
  std::string_view activation = "silu";  // the one that the family has
  /// Reads into the config what no other family has; sizes are there already.
  void (*read_rest)(const JsonKeys& keys, DecoderConfig& config);
};

/// The family that `architectures` names, or model_type where that is absent.
/// Throws DataError naming the supported architectures.
[[nodiscard]] const HfFamily& hf_family(const JsonKeys& keys);

}  // namespace hone::policies
