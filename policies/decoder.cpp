#include "policies/decoder.h"

#include <ATen/ATen.h>

#include "core/error.h"
#include "policies/gather_rows.h"
#include "policies/rms_norm.h"
#include "policies/swiglu.h"

namespace hone::policies {

std::vector<Parameter> decoder_parameters(const DecoderConfig& config) {
  const auto hidden = config.hidden_size;
  const auto q_rows = config.num_attention_heads * config.head_dim;
  const auto kv_rows = config.num_key_value_heads * config.head_dim;
  std::vector<Parameter> all;
  const auto add = [&](const std::string& name, std::vector<CheckpointPart> parts, std::int64_t columns) {
    std::int64_t rows = 0;
    for (const auto& part : parts) {
      rows += part.rows;
    }
    all.push_back({name, std::move(parts), columns > 0 ? std::vector{rows, columns} : std::vector{rows}});
  };
  const auto single = [&](const std::string& name, std::int64_t rows, std::int64_t columns = 0) {
    add(name, {{name, rows}}, columns);
  };
  single("model.embed_tokens.weight", config.vocab_size, hidden);
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    const auto layer = "model.layers." + std::to_string(i) + ".";
    single(layer + "input_layernorm.weight", hidden);
    add(layer + "self_attn.qkv_proj.weight",
        {{layer + "self_attn.q_proj.weight", q_rows},
         {layer + "self_attn.k_proj.weight", kv_rows},
         {layer + "self_attn.v_proj.weight", kv_rows}},
        hidden);
    single(layer + "self_attn.o_proj.weight", hidden, q_rows);
    single(layer + "post_attention_layernorm.weight", hidden);
    add(layer + "mlp.gate_up_proj.weight",
        {{layer + "mlp.gate_proj.weight", config.intermediate_size},
         {layer + "mlp.up_proj.weight", config.intermediate_size}},
        hidden);
    single(layer + "mlp.down_proj.weight", hidden, config.intermediate_size);
  }
  single("model.norm.weight", hidden);
  if (!config.tie_word_embeddings) {
    single("lm_head.weight", config.vocab_size, hidden);
  }
  return all;
}

Decoder::Decoder(const DecoderConfig& config, const std::vector<at::Tensor>& weights) : config_(config) {
  std::size_t next = 0;
  const auto take = [&] { return weights.at(next++); };
  embedding_ = take();
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    Layer layer;
    layer.input_norm = take();
    layer.qkv = take();
    layer.out = take();
    layer.post_norm = take();
    layer.gate_up = take();
    layer.down = take();
    layers_.push_back(std::move(layer));
  }
  final_norm_ = take();
  head_ = config.tie_word_embeddings ? embedding_ : take();
  rotary_ = make_rotary_table(config.max_position_embeddings, config.head_dim, config.rope_theta, embedding_.device());
}

kernels::HeadLayout Decoder::heads() const {
  return {config_.num_attention_heads, config_.num_key_value_heads, config_.head_dim};
}

at::Tensor Decoder::forward(const at::Tensor& ids, Attention& attention) const {
  const auto eps = config_.rms_norm_eps;
  auto residual = gather_rows(embedding_, ids);                       // [tokens, hidden]
  auto normed = rms_norm(residual, layers_.front().input_norm, eps);  // [tokens, hidden]
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto& layer = layers_[i];
    const auto mixed = attention.attend(static_cast<std::int64_t>(i), at::linear(normed, layer.qkv));
    std::tie(residual, normed) = add_rms_norm(residual, at::linear(mixed, layer.out), layer.post_norm, eps);
    const auto expanded = swiglu(at::linear(normed, layer.gate_up));  // [tokens, intermediate]
    const auto& next_norm = i + 1 < layers_.size() ? layers_[i + 1].input_norm : final_norm_;
    std::tie(residual, normed) = add_rms_norm(residual, at::linear(expanded, layer.down), next_norm, eps);
  }
  return normed;
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const {
  return at::linear(hidden, head_);
}

}  // namespace hone::policies
