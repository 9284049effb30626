#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cost/flops.h"
#include "policies/rope.h"

namespace hone::policies {

/// What the gate of the MLP goes through.
enum class Activation { kSilu, kGeluTanh };

/// A decoder's sizes, constants and the few things in which the families differ, as data. Names as in a Hugging Face
/// config.json where it has one for the thing.
struct DecoderConfig {
  std::int64_t vocab_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t head_dim = 0;
  double rms_norm_eps = 1e-6;
  RopeConfig rope;
  std::int64_t max_position_embeddings = 2048;
  bool tie_word_embeddings = false;

  Activation activation = Activation::kSilu;
  bool qkv_bias = false;
  bool out_bias = false;
  bool mlp_bias = false;
  /// Queries and keys are normed head by head before they turn (Qwen3, Gemma 3).
  bool qk_norm = false;
  /// What attention and MLP give is normed once more before it joins the residual stream (Gemma).
  bool post_norms = false;
  /// Norms multiply by 1 + weight (Gemma).
  bool norms_add_one = false;
  /// Embeddings are multiplied by it; Gemma: √hidden_size.
  double embedding_scale = 1.0;
  /// Scores are divided by its root instead of that of head_dim; 0: head_dim.
  double query_pre_attn_scalar = 0.0;
  /// A token sees itself and the window - 1 tokens before it; of the layers for which `is_sliding` is true.
  std::int64_t sliding_window = 0;
  std::vector<bool> is_sliding = {};  // [layers], or empty: none
  /// Sliding layers turn by these frequencies (Gemma 3); absent: as all.
  std::optional<RopeConfig> sliding_rope = std::nullopt;

  std::optional<std::int64_t> bos_token_id = std::nullopt;
  /// Any of them ends an answer. May be empty.
  std::vector<std::int64_t> eos_token_ids = {};
  std::optional<std::int64_t> pad_token_id = std::nullopt;

  [[nodiscard]] bool slides(std::int64_t layer) const {
    return !is_sliding.empty() && is_sliding[static_cast<std::size_t>(layer)];
  }
  friend bool operator==(const DecoderConfig&, const DecoderConfig&) = default;
};

/// What the cost of this model follows from.
[[nodiscard]] cost::ModelShape model_shape(const DecoderConfig& config);

}  // namespace hone::policies
