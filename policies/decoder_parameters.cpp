#include <string>

#include "policies/decoder.h"

namespace hone::policies {
namespace {

class List {
 public:
  explicit List(const DecoderConfig& config) : config_(config) {}

  void vector(const std::string& name, std::int64_t size) { all.push_back({name, {{name, size}}, {size}}); }
  void matrix(const std::string& name, std::int64_t rows, std::int64_t columns) {
    all.push_back({name, {{name, rows}}, {rows, columns}});
  }
  /// A weight made of parts that are stacked, with its bias where there is one.
  void projection(const std::string& prefix, const std::string& name,
                  const std::vector<std::pair<std::string, std::int64_t>>& parts, std::int64_t columns, bool has_bias) {
    std::int64_t rows = 0;
    Parameter weight{prefix + name + ".weight", {}, {}};
    Parameter bias{prefix + name + ".bias", {}, {}};
    for (const auto& [part, part_rows] : parts) {
      weight.parts.push_back({prefix + part + ".weight", part_rows});
      bias.parts.push_back({prefix + part + ".bias", part_rows});
      rows += part_rows;
    }
    weight.shape = {rows, columns};
    bias.shape = {rows};
    all.push_back(std::move(weight));
    if (has_bias) all.push_back(std::move(bias));
  }

  void layer(const std::string& prefix) {
    const auto hidden = config_.hidden_size;
    const auto q_rows = config_.num_attention_heads * config_.head_dim;
    const auto kv_rows = config_.num_key_value_heads * config_.head_dim;
    const auto width = config_.intermediate_size;
    vector(prefix + "input_layernorm.weight", hidden);
    projection(prefix + "self_attn.", "qkv_proj", {{"q_proj", q_rows}, {"k_proj", kv_rows}, {"v_proj", kv_rows}},
               hidden, config_.qkv_bias);
    if (config_.qk_norm) {
      vector(prefix + "self_attn.q_norm.weight", config_.head_dim);
      vector(prefix + "self_attn.k_norm.weight", config_.head_dim);
    }
    projection(prefix + "self_attn.", "o_proj", {{"o_proj", hidden}}, q_rows, config_.out_bias);
    // The same name for two things: before the MLP, and with post_norms behind attention.
    vector(prefix + "post_attention_layernorm.weight", hidden);
    if (config_.post_norms) vector(prefix + "pre_feedforward_layernorm.weight", hidden);
    projection(prefix + "mlp.", "gate_up_proj", {{"gate_proj", width}, {"up_proj", width}}, hidden, config_.mlp_bias);
    projection(prefix + "mlp.", "down_proj", {{"down_proj", hidden}}, width, config_.mlp_bias);
    if (config_.post_norms) vector(prefix + "post_feedforward_layernorm.weight", hidden);
  }

  std::vector<Parameter> all;

 private:
  const DecoderConfig& config_;
};

}  // namespace

std::vector<Parameter> decoder_parameters(const DecoderConfig& config) {
  List list(config);
  list.matrix("model.embed_tokens.weight", config.vocab_size, config.hidden_size);
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    list.layer("model.layers." + std::to_string(i) + ".");
  }
  list.vector("model.norm.weight", config.hidden_size);
  if (!config.tie_word_embeddings) list.matrix("lm_head.weight", config.vocab_size, config.hidden_size);
  return std::move(list.all);
}

}  // namespace hone::policies
