#include "policies/hf_families.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace hone::policies {
namespace {

constexpr std::int64_t kMaxWindow = std::int64_t{1} << 30;

/// The window of config.json; 0 where it has none, or one that no sequence could fill.
std::int64_t window(const JsonKeys& keys, const DecoderConfig& config, std::int64_t otherwise) {
  const auto found = keys.integer("sliding_window", 1, kMaxWindow, otherwise);
  return found >= config.max_position_embeddings ? 0 : found;
}

/// Which layers slide: layer_types says it layer by layer, and where it is absent the family's own rule.
template <class Rule>
void read_sliding(const JsonKeys& keys, DecoderConfig& config, std::int64_t tokens, Rule&& slides) {
  std::vector<bool> sliding;
  const auto* types = keys.find("layer_types");
  if (types != nullptr && (!types->is_array() || types->size() != static_cast<std::size_t>(config.num_hidden_layers))) {
    keys.refuse("layer_types", *types, "a list of " + std::to_string(config.num_hidden_layers) + " words");
  }
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    if (types == nullptr) {
      sliding.push_back(slides(i));
      continue;
    }
    const auto& type = (*types)[static_cast<std::size_t>(i)];
    if (type != "full_attention" && type != "sliding_attention") {
      keys.refuse("layer_types", type, "full_attention or sliding_attention for each layer");
    }
    sliding.push_back(type == "sliding_attention");
  }
  if (std::find(sliding.begin(), sliding.end(), true) == sliding.end()) return;
  config.sliding_window = tokens;
  config.is_sliding = std::move(sliding);
}

void read_llama(const JsonKeys& keys, DecoderConfig& config) {
  config.qkv_bias = config.out_bias = keys.boolean("attention_bias", false);
  config.mlp_bias = keys.boolean("mlp_bias", false);
}

void read_mistral(const JsonKeys& keys, DecoderConfig& config) {
  keys.only("attention_bias", false);
  keys.only("mlp_bias", false);
  const auto tokens = window(keys, config, kMaxWindow);
  if (tokens > 0) read_sliding(keys, config, tokens, [](std::int64_t) { return true; });
}

/// Qwen writes a window into every config and a switch beside it that is off.
void read_qwen_sliding(const JsonKeys& keys, DecoderConfig& config) {
  if (!keys.boolean("use_sliding_window", false)) return;
  const auto tokens = window(keys, config, 4096);
  const auto full_layers = keys.integer("max_window_layers", 0, kMaxWindow, 28);
  if (tokens > 0) read_sliding(keys, config, tokens, [&](std::int64_t layer) { return layer >= full_layers; });
}

void read_qwen2(const JsonKeys& keys, DecoderConfig& config) {
  config.qkv_bias = true;
  read_qwen_sliding(keys, config);
}

void read_qwen3(const JsonKeys& keys, DecoderConfig& config) {
  config.qkv_bias = config.out_bias = keys.boolean("attention_bias", false);
  config.qk_norm = true;
  read_qwen_sliding(keys, config);
}

void read_gemma3(const JsonKeys& keys, DecoderConfig& config) {
  for (const char* key : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    if (const auto* found = keys.find(key)) keys.refuse(key, *found, "null: soft caps are not supported");
  }
  keys.only("use_bidirectional_attention", false);
  config.qkv_bias = config.out_bias = keys.boolean("attention_bias", false);
  config.qk_norm = config.post_norms = config.norms_add_one = true;
  config.activation = Activation::kGeluTanh;
  config.embedding_scale = std::sqrt(static_cast<double>(config.hidden_size));
  config.query_pre_attn_scalar = keys.positive("query_pre_attn_scalar", 256.0);
  // Every sixth layer sees everything, counted from one. A window that no sequence fills stays: the layers that have it
  // turn by frequencies of their own.
  const auto period = keys.integer("sliding_window_pattern", 1, kMaxWindow, 6);
  const auto tokens = keys.integer("sliding_window", 1, kMaxWindow, 4096);
  read_sliding(keys, config, tokens, [&](std::int64_t layer) { return (layer + 1) % period != 0; });
}

constexpr std::array kFamilies{
    HfFamily{.architecture = "LlamaForCausalLM", .model_type = "llama", .read_rest = read_llama},
    HfFamily{.architecture = "MistralForCausalLM", .model_type = "mistral", .read_rest = read_mistral},
    HfFamily{.architecture = "Qwen2ForCausalLM", .model_type = "qwen2", .read_rest = read_qwen2},
    HfFamily{.architecture = "Qwen3ForCausalLM", .model_type = "qwen3", .head_dim = 128, .read_rest = read_qwen3},
    HfFamily{.architecture = "Gemma3ForCausalLM",
             .model_type = "gemma3_text",
             .tie_word_embeddings = true,
             .head_dim = 256,
             .rope_theta = 1e6,
             .sliding_rope_theta = 10000.0,
             .activation_key = "hidden_activation",
             .activation = "gelu_pytorch_tanh",
             .read_rest = read_gemma3},
};

std::string supported() {
  std::string names;
  for (const auto& family : kFamilies) names += (names.empty() ? "" : ", ") + std::string(family.architecture);
  return names;
}

}  // namespace

const HfFamily& hf_family(const JsonKeys& keys) {
  const auto* architectures = keys.find("architectures");
  const auto* type = keys.find("model_type");
  for (const auto& family : kFamilies) {
    const bool is_named = architectures != nullptr ? architectures->is_array() && architectures->size() == 1 &&
                                                         architectures->front() == std::string(family.architecture)
                                                   : type != nullptr && *type == std::string(family.model_type);
    if (is_named) return family;
  }
  keys.refuse("architectures", architectures == nullptr ? nlohmann::json() : *architectures,
              "one of " + supported() + (architectures == nullptr ? ", or their model_type without it" : ""));
}

}  // namespace hone::policies
