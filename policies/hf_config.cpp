#include "policies/hf_config.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "policies/hf_families.h"
#include "policies/hf_rope.h"
#include "policies/json_keys.h"

namespace hone::policies {
namespace {

constexpr std::uint64_t kMaxFileBytes = 16 << 20;
constexpr int kMaxDepth = 32;
// Far above any model that exists, and low enough that no product of sizes overflows 63 bits.
constexpr std::int64_t kMaxVocab = 1 << 24;
constexpr std::int64_t kMaxWidth = 1 << 20;
constexpr std::int64_t kMaxLayers = 1 << 12;
constexpr std::int64_t kMaxHeads = 1 << 12;
constexpr std::int64_t kMaxHeadDim = 1 << 12;
constexpr std::int64_t kMaxPositions = std::int64_t{1} << 24;

void read_sizes(const JsonKeys& keys, const HfFamily& family, DecoderConfig& config) {
  config.vocab_size = keys.integer("vocab_size", 1, kMaxVocab);
  config.hidden_size = keys.integer("hidden_size", 1, kMaxWidth);
  config.intermediate_size = keys.integer("intermediate_size", 1, kMaxWidth);
  config.num_hidden_layers = keys.integer("num_hidden_layers", 1, kMaxLayers);
  config.num_attention_heads = keys.integer("num_attention_heads", 1, kMaxHeads);
  config.num_key_value_heads = keys.integer("num_key_value_heads", 1, kMaxHeads, config.num_attention_heads);
  if (config.num_attention_heads % config.num_key_value_heads != 0) {
    keys.refuse("num_key_value_heads", config.num_key_value_heads,
                "a divisor of num_attention_heads, " + std::to_string(config.num_attention_heads));
  }
  if (!family.head_dim && keys.find("head_dim") == nullptr && config.hidden_size % config.num_attention_heads != 0) {
    keys.refuse("hidden_size", config.hidden_size, "a multiple of num_attention_heads, or head_dim beside it");
  }
  config.head_dim = keys.integer("head_dim", 1, kMaxHeadDim,
                                 family.head_dim.value_or(config.hidden_size / config.num_attention_heads));
  if (config.head_dim % 2 != 0) keys.refuse("head_dim", config.head_dim, "an even number, for rotary positions");
  config.max_position_embeddings = keys.integer("max_position_embeddings", 1, kMaxPositions, 2048);
}

nlohmann::json parsed(const std::string& text, const std::string& source) {
  const auto guard = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > kMaxDepth) throw core::DataError(source + ": is nested deeper than 32 levels");
    return true;
  };
  try {
    return nlohmann::json::parse(text, guard);
  } catch (const nlohmann::json::exception&) {
    throw core::DataError(source + ": is not JSON");
  }
}

nlohmann::ordered_json ids_json(const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return nullptr;
  return ids.size() == 1 ? nlohmann::ordered_json(ids.front()) : nlohmann::ordered_json(ids);
}

nlohmann::ordered_json id_json(const std::optional<std::int64_t>& id) {
  return id ? nlohmann::ordered_json(*id) : nlohmann::ordered_json(nullptr);
}

}  // namespace

DecoderConfig parse_decoder_config(const nlohmann::json& json, const std::string& source) {
  const JsonKeys keys(json, source);
  const auto& family = hf_family(keys);
  keys.only(family.activation_key, std::string(family.activation));
  if (const auto* found = keys.find("quantization_config")) {
    keys.refuse("quantization_config", *found, "null: quantized weights are not supported");
  }
  DecoderConfig config;
  read_sizes(keys, family, config);
  config.rms_norm_eps = keys.positive("rms_norm_eps", 1e-6);
  const auto rope = read_rope(keys, config.max_position_embeddings, family.rope_theta, family.sliding_rope_theta);
  config.rope = rope.all;
  config.sliding_rope = rope.sliding;
  config.tie_word_embeddings = keys.boolean("tie_word_embeddings", family.tie_word_embeddings);
  config.bos_token_id = keys.token_id("bos_token_id", config.vocab_size);
  config.eos_token_ids = keys.token_ids("eos_token_id", config.vocab_size);
  config.pad_token_id = keys.token_id("pad_token_id", config.vocab_size);
  family.read_rest(keys, config);
  return config;
}

void add_generation_config(DecoderConfig& config, const nlohmann::json& json, const std::string& source) {
  for (const auto id : JsonKeys(json, source).token_ids("eos_token_id", config.vocab_size)) {
    auto& known = config.eos_token_ids;
    if (std::find(known.begin(), known.end(), id) == known.end()) known.push_back(id);
  }
}

HfConfigFiles read_config_files(const std::filesystem::path& folder) {
  const auto generation = folder / "generation_config.json";
  return {core::read_bounded_file(folder / "config.json", kMaxFileBytes),
          std::filesystem::exists(generation) ? core::read_bounded_file(generation, kMaxFileBytes) : ""};
}

DecoderConfig load_decoder_config(const std::filesystem::path& folder) {
  const auto files = read_config_files(folder);
  const auto path = (folder / "config.json").string();
  auto config = parse_decoder_config(parsed(files.config, path), path);
  const auto generation = (folder / "generation_config.json").string();
  if (!files.generation.empty()) add_generation_config(config, parsed(files.generation, generation), generation);
  return config;
}

nlohmann::json to_hf_json(const DecoderConfig& config, const std::string& dtype) {
  return {
      {"architectures", {"LlamaForCausalLM"}},
      {"model_type", "llama"},
      {"vocab_size", config.vocab_size},
      {"hidden_size", config.hidden_size},
      {"intermediate_size", config.intermediate_size},
      {"num_hidden_layers", config.num_hidden_layers},
      {"num_attention_heads", config.num_attention_heads},
      {"num_key_value_heads", config.num_key_value_heads},
      {"head_dim", config.head_dim},
      {"hidden_act", "silu"},
      {"attention_bias", false},
      {"mlp_bias", false},
      {"attention_dropout", 0.0},
      {"rms_norm_eps", config.rms_norm_eps},
      // transformers 5 reads the nested one, 4 the other.
      {"rope_parameters", {{"rope_theta", config.rope.theta}, {"rope_type", "default"}}},
      {"rope_theta", config.rope.theta},
      {"max_position_embeddings", config.max_position_embeddings},
      {"tie_word_embeddings", config.tie_word_embeddings},
      {"bos_token_id", id_json(config.bos_token_id)},
      {"eos_token_id", ids_json(config.eos_token_ids)},
      {"pad_token_id", id_json(config.pad_token_id)},
      {"torch_dtype", dtype},
      {"use_cache", true},
  };
}

HfConfigFiles new_config_files(const DecoderConfig& config) {
  const nlohmann::ordered_json generation = {{"bos_token_id", id_json(config.bos_token_id)},
                                             {"eos_token_id", ids_json(config.eos_token_ids)},
                                             {"pad_token_id", id_json(config.pad_token_id)}};
  return {to_hf_json(config, "float32").dump(2) + "\n", generation.dump(2) + "\n"};
}

void save_config_files(const std::filesystem::path& folder, const HfConfigFiles& files, const std::string& dtype) {
  auto config = nlohmann::ordered_json::parse(files.config);
  // transformers 5 writes "dtype", before it was "torch_dtype".
  config[config.contains("dtype") ? "dtype" : "torch_dtype"] = dtype;
  core::atomic_write_file(folder / "config.json", config.dump(2) + "\n");
  if (!files.generation.empty()) core::atomic_write_file(folder / "generation_config.json", files.generation);
}

cost::ModelShape model_shape(const DecoderConfig& config) {
  const auto sliding = static_cast<std::int64_t>(std::count(config.is_sliding.begin(), config.is_sliding.end(), true));
  const auto q_rows = config.num_attention_heads * config.head_dim;
  const auto kv_rows = config.num_key_value_heads * config.head_dim;
  cost::ModelShape shape{.vocab = config.vocab_size,
                         .hidden = config.hidden_size,
                         .intermediate = config.intermediate_size,
                         .layers = config.num_hidden_layers,
                         .heads = config.num_attention_heads,
                         .kv_heads = config.num_key_value_heads,
                         .head_dim = config.head_dim,
                         .tied_head = config.tie_word_embeddings};
  shape.sliding_layers = sliding;
  shape.window = config.sliding_window;
  shape.extra_layer_parameters =
      (config.post_norms ? 2 * config.hidden_size : 0) + (config.qk_norm ? 2 * config.head_dim : 0) +
      (config.qkv_bias ? q_rows + 2 * kv_rows : 0) + (config.out_bias ? config.hidden_size : 0) +
      (config.mlp_bias ? 2 * config.intermediate_size + config.hidden_size : 0);
  return shape;
}

}  // namespace hone::policies
