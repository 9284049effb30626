#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace hone::policies {

/// How rotary frequencies stretch beyond the context of pretraining.
enum class RopeScaling { kNone, kLinear, kLlama3, kYarn };

/// Rotary positions of a model, under the names of a Hugging Face config's rope_parameters.
struct RopeConfig {
  double theta = 10000.0;
  RopeScaling scaling = RopeScaling::kNone;
  double factor = 1.0;
  std::int64_t original_max_position_embeddings = 0;  // llama3 and yarn
  double low_freq_factor = 1.0;                       // llama3
  double high_freq_factor = 4.0;                      // llama3
  double beta_fast = 32.0;  // yarn: turns over the original context above which nothing changes
  double beta_slow = 1.0;   // yarn: turns below which all of `factor` applies
  std::optional<double> attention_factor = std::nullopt;  // yarn: given, instead of following from `factor`
  double mscale = 0.0;                                    // yarn, as DeepSeek writes it; 0: absent
  double mscale_all_dim = 0.0;
  bool truncate = true;  // yarn: the ramp's ends are rounded to whole dimensions

  friend bool operator==(const RopeConfig&, const RopeConfig&) = default;
};

struct RopeFrequencies {
  std::vector<double> radians_per_token;  // [head_dim / 2]
  double attention_factor = 1.0;          // cosines and sines are multiplied by it
};

/// Sources: Su et al., 2104.09864; linear: Chen et al., 2306.15595; llama3: Llama 3.1's release; yarn: Peng et al.,
/// 2309.00071, sections 3.2 to 3.4, with `truncate` and the attention factor as in transformers' modeling_rope_utils.
[[nodiscard]] RopeFrequencies rope_frequencies(const RopeConfig& config, std::int64_t head_dim);

}  // namespace hone::policies
