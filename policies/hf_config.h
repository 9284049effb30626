#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cost/flops.h"

namespace hone::policies {

/// A decoder's sizes and constants under the names of a Hugging Face config.json. Family: LlamaForCausalLM.
struct DecoderConfig {
  std::int64_t vocab_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t head_dim = 0;
  double rms_norm_eps = 1e-6;
  double rope_theta = 10000.0;
  std::int64_t max_position_embeddings = 2048;
  bool tie_word_embeddings = false;
  std::optional<std::int64_t> bos_token_id;
  /// Any of them ends an answer. May be empty.
  std::vector<std::int64_t> eos_token_ids;
  std::optional<std::int64_t> pad_token_id;

  friend bool operator==(const DecoderConfig&, const DecoderConfig&) = default;
};

/// Reads a config.json's object. Keys that change nothing in hone are passed over; an architecture or an option that
/// would change the mathematics and is not implemented is refused. Sizes are positive, query heads a multiple of the
/// key-value heads, head_dim even, token ids inside the vocabulary.
/// Throws DataError naming `source` and the key.
[[nodiscard]] DecoderConfig parse_decoder_config(const nlohmann::json& json, const std::string& source);
/// Adds the ends of an answer that a generation_config.json names (chat models list more of them there).
void add_generation_config(DecoderConfig& config, const nlohmann::json& json, const std::string& source);

/// config.json of the folder, and generation_config.json where there is one.
/// Throws FileError where config.json is missing, DataError where something is wrong in either.
[[nodiscard]] DecoderConfig load_decoder_config(const std::filesystem::path& folder);

/// The config.json that transformers loads; `dtype` is that of the weights beside it: "float32" or "bfloat16".
[[nodiscard]] nlohmann::json to_hf_json(const DecoderConfig& config, const std::string& dtype);
/// Writes config.json and generation_config.json into the folder. Throws FileError.
void save_decoder_config(const std::filesystem::path& folder, const DecoderConfig& config, const std::string& dtype);

/// What the cost of this model follows from.
[[nodiscard]] cost::ModelShape model_shape(const DecoderConfig& config);

}  // namespace hone::policies
