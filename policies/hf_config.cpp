#include "policies/hf_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/error.h"
#include "core/files.h"

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
constexpr std::int64_t kMaxPositions = std::int64_t{1} << 30;

/// A value out of the file, fit for one line of a terminal.
std::string shown(const nlohmann::json& value) {
  auto text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > 100) text = text.substr(0, 100) + "…";
  return text;
}

/// Reads keys of one object; every complaint names the file and the key's path.
class Keys {
 public:
  Keys(const nlohmann::json& json, std::string source, std::string path = "")
      : json_(json), source_(std::move(source)), path_(std::move(path)) {
    if (!json.is_object()) {
      const auto name = path_.empty() ? "" : path_.substr(0, path_.size() - 1) + " ";  // the path ends in a dot
      throw core::DataError(source_ + ": " + name + "is " + shown(json) + ", needs an object");
    }
  }

  /// Null counts as absent, as in transformers.
  const nlohmann::json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  Keys object(const char* key) const { return {json_.at(key), source_, path_ + key + "."}; }

  [[noreturn]] void refuse(const char* key, const nlohmann::json& found, const std::string& needs) const {
    throw core::DataError(source_ + ": " + path_ + key + " is " + shown(found) + ", needs " + needs);
  }

  std::int64_t integer(const char* key, std::int64_t low, std::int64_t high,
                       std::optional<std::int64_t> otherwise = std::nullopt) const {
    const auto* found = find(key);
    if (found == nullptr && otherwise) return *otherwise;
    if (found == nullptr) throw core::DataError(source_ + ": needs " + path_ + key);
    return checked(key, *found, low, high);
  }

  double positive(const char* key, double otherwise) const {
    const auto* found = find(key);
    if (found == nullptr) return otherwise;
    const auto value = found->is_number() ? found->get<double>() : 0.0;
    if (!std::isfinite(value) || value <= 0.0) refuse(key, *found, "a positive number");
    return value;
  }

  bool boolean(const char* key, bool otherwise) const {
    const auto* found = find(key);
    if (found == nullptr) return otherwise;
    if (!found->is_boolean()) refuse(key, *found, "true or false");
    return found->get<bool>();
  }

  /// For an option of which one value is implemented; absent means that value.
  void only(const char* key, const nlohmann::json& implemented) const {
    const auto* found = find(key);
    if (found != nullptr && *found != implemented) {
      refuse(key, *found, shown(implemented) + ", the only one that is supported");
    }
  }

  /// One id or a list of them; -1 is how some files write "none".
  std::vector<std::int64_t> token_ids(const char* key, std::int64_t vocab) const {
    std::vector<std::int64_t> ids;
    const auto* found = find(key);
    if (found == nullptr || *found == -1) return ids;
    if (!found->is_array()) return {checked(key, *found, 0, vocab - 1)};
    if (found->size() > 1024) refuse(key, *found, "at most 1024 ids");
    for (const auto& id : *found) ids.push_back(checked(key, id, 0, vocab - 1));
    return ids;
  }

  std::optional<std::int64_t> token_id(const char* key, std::int64_t vocab) const {
    const auto ids = token_ids(key, vocab);
    if (ids.size() > 1) refuse(key, *find(key), "one id");
    return ids.empty() ? std::nullopt : std::optional(ids.front());
  }

 private:
  std::int64_t checked(const char* key, const nlohmann::json& found, std::int64_t low, std::int64_t high) const {
    const bool is_in_range =
        found.is_number_unsigned()
            ? found.get<std::uint64_t>() <= static_cast<std::uint64_t>(high) && found.get<std::int64_t>() >= low
            : found.is_number_integer() && found.get<std::int64_t>() >= low && found.get<std::int64_t>() <= high;
    if (!is_in_range) refuse(key, found, "an integer from " + std::to_string(low) + " to " + std::to_string(high));
    return found.get<std::int64_t>();
  }

  const nlohmann::json& json_;
  std::string source_;
  std::string path_;
};

void check_family(const Keys& keys) {
  constexpr std::string_view kSupported = "LlamaForCausalLM (supported: LlamaForCausalLM)";
  const auto* architectures = keys.find("architectures");
  if (architectures == nullptr) {
    const auto* type = keys.find("model_type");
    if (type == nullptr || *type != "llama") {
      keys.refuse("architectures", nullptr, "[\"LlamaForCausalLM\"], or model_type \"llama\" without it");
    }
    return;
  }
  const bool is_llama =
      architectures->is_array() && architectures->size() == 1 && architectures->front() == "LlamaForCausalLM";
  if (!is_llama) keys.refuse("architectures", *architectures, std::string(kSupported));
}

void check_options(const Keys& keys) {
  keys.only("hidden_act", "silu");
  keys.only("attention_bias", false);
  keys.only("mlp_bias", false);
  if (const auto* found = keys.find("quantization_config")) {
    keys.refuse("quantization_config", *found, "null: quantized weights are not supported");
  }
}

/// transformers 5 nests the rotary options; before, rope_theta stood alone and rope_scaling beside it.
double rope_theta(const Keys& keys) {
  for (const char* name : {"rope_parameters", "rope_scaling"}) {
    if (keys.find(name) == nullptr) continue;
    const auto rope = keys.object(name);
    rope.only("rope_type", "default");
    rope.only("type", "default");
    rope.only("partial_rotary_factor", 1.0);
    if (rope.find("factor") != nullptr)
      rope.refuse("factor", *rope.find("factor"), "no scaling, the only one that is supported");
    if (rope.find("rope_theta") != nullptr) return rope.positive("rope_theta", 0.0);
  }
  keys.only("partial_rotary_factor", 1.0);
  return keys.positive("rope_theta", 10000.0);
}

nlohmann::json read_json(const std::filesystem::path& path) {
  const auto text = core::read_bounded_file(path, kMaxFileBytes);
  const auto guard = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > kMaxDepth) throw core::DataError(path.string() + ": is nested deeper than 32 levels");
    return true;
  };
  try {
    return nlohmann::json::parse(text, guard);
  } catch (const nlohmann::json::exception&) {
    throw core::DataError(path.string() + ": is not JSON");
  }
}

void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json) {
  core::atomic_write_file(path, json.dump(2) + "\n");
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
  const Keys keys(json, source);
  check_family(keys);
  check_options(keys);
  DecoderConfig config;
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
  if (keys.find("head_dim") == nullptr && config.hidden_size % config.num_attention_heads != 0) {
    keys.refuse("hidden_size", config.hidden_size, "a multiple of num_attention_heads, or head_dim beside it");
  }
  config.head_dim = keys.integer("head_dim", 1, kMaxHeadDim, config.hidden_size / config.num_attention_heads);
  if (config.head_dim % 2 != 0) keys.refuse("head_dim", config.head_dim, "an even number, for rotary positions");
  config.rms_norm_eps = keys.positive("rms_norm_eps", 1e-6);
  config.rope_theta = rope_theta(keys);
  config.max_position_embeddings = keys.integer("max_position_embeddings", 1, kMaxPositions, 2048);
  config.tie_word_embeddings = keys.boolean("tie_word_embeddings", false);
  config.bos_token_id = keys.token_id("bos_token_id", config.vocab_size);
  config.eos_token_ids = keys.token_ids("eos_token_id", config.vocab_size);
  config.pad_token_id = keys.token_id("pad_token_id", config.vocab_size);
  return config;
}

void add_generation_config(DecoderConfig& config, const nlohmann::json& json, const std::string& source) {
  for (const auto id : Keys(json, source).token_ids("eos_token_id", config.vocab_size)) {
    auto& known = config.eos_token_ids;
    if (std::find(known.begin(), known.end(), id) == known.end()) known.push_back(id);
  }
}

DecoderConfig load_decoder_config(const std::filesystem::path& folder) {
  const auto path = folder / "config.json";
  auto config = parse_decoder_config(read_json(path), path.string());
  const auto generation = folder / "generation_config.json";
  if (std::filesystem::exists(generation)) add_generation_config(config, read_json(generation), generation.string());
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
      {"rope_parameters", {{"rope_theta", config.rope_theta}, {"rope_type", "default"}}},
      {"rope_theta", config.rope_theta},
      {"max_position_embeddings", config.max_position_embeddings},
      {"tie_word_embeddings", config.tie_word_embeddings},
      {"bos_token_id", id_json(config.bos_token_id)},
      {"eos_token_id", ids_json(config.eos_token_ids)},
      {"pad_token_id", id_json(config.pad_token_id)},
      {"torch_dtype", dtype},
      {"use_cache", true},
  };
}

void save_decoder_config(const std::filesystem::path& folder, const DecoderConfig& config, const std::string& dtype) {
  write_json(folder / "config.json", to_hf_json(config, dtype));
  write_json(folder / "generation_config.json", {{"bos_token_id", id_json(config.bos_token_id)},
                                                 {"eos_token_id", ids_json(config.eos_token_ids)},
                                                 {"pad_token_id", id_json(config.pad_token_id)}});
}

cost::ModelShape model_shape(const DecoderConfig& config) {
  return {.vocab = config.vocab_size,
          .hidden = config.hidden_size,
          .intermediate = config.intermediate_size,
          .layers = config.num_hidden_layers,
          .heads = config.num_attention_heads,
          .kv_heads = config.num_key_value_heads,
          .head_dim = config.head_dim,
          .tied_head = config.tie_word_embeddings};
}

}  // namespace hone::policies
