#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "policies/decoder_config.h"

namespace hone::policies {

/// Reads a config.json's object, of one of the families that hf_families.cpp lists. Keys that change nothing in hone
/// are passed over; an architecture or an option that would change the mathematics and is not implemented is refused.
/// Sizes are positive, query heads a multiple of the key-value heads, head_dim even, token ids inside the vocabulary.
/// Throws DataError naming `source` and the key.
[[nodiscard]] DecoderConfig parse_decoder_config(const nlohmann::json& json, const std::string& source);
/// Adds the ends of an answer that a generation_config.json names (chat models list more of them there).
void add_generation_config(DecoderConfig& config, const nlohmann::json& json, const std::string& source);

/// The two files as they were read, to be written again beside trained weights.
struct HfConfigFiles {
  std::string config;      // config.json
  std::string generation;  // generation_config.json; empty where there was none
};
/// Throws FileError where config.json is missing.
[[nodiscard]] HfConfigFiles read_config_files(const std::filesystem::path& folder);

/// What the folder's config.json says, and its generation_config.json where there is one.
/// Throws FileError where config.json is missing, DataError where something is wrong in either.
[[nodiscard]] DecoderConfig load_decoder_config(const std::filesystem::path& folder);

/// The files of a Llama that was made here; `dtype` is that of the weights beside them: "float32" or "bfloat16".
[[nodiscard]] nlohmann::json to_hf_json(const DecoderConfig& config, const std::string& dtype);
[[nodiscard]] HfConfigFiles new_config_files(const DecoderConfig& config);
/// Writes config.json, with the dtype of the weights beside it and otherwise as it was, and generation_config.json.
/// Throws FileError.
void save_config_files(const std::filesystem::path& folder, const HfConfigFiles& files, const std::string& dtype);

}  // namespace hone::policies
