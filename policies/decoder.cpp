#include "policies/decoder.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <sstream>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "policies/gather_rows.h"
#include "policies/glu.h"
#include "policies/packed_weights.h"
#include "policies/recompute.h"
#include "policies/rms_norm.h"

namespace hone::policies {
namespace {

AttentionSpec make_attention_spec(const DecoderConfig& config, const kernels::HeadLayout& heads) {
  AttentionSpec spec;
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    AttentionSpec::Layer layer{heads, 0};
    if (config.slides(i)) {
      layer.heads.window = config.sliding_window;
      layer.rotary = config.sliding_rope ? 1 : 0;
    }
    spec.layers.push_back(layer);
  }
  return spec;
}

}  // namespace

Decoder::Decoder(const DecoderConfig& config, const std::vector<at::Tensor>& weights) : config_(config) {
  std::size_t next = 0;
  const auto take = [&] { return weights.at(next++); };
  const auto take_if = [&](bool present) { return present ? take() : at::Tensor(); };
  const auto take_projection = [&](bool has_bias) {
    Projection projection;
    projection.weight = take();
    projection.bias = take_if(has_bias);
    return projection;
  };
  embedding_ = take();
  for (std::int64_t i = 0; i < config.num_hidden_layers; ++i) {
    Layer layer;
    layer.attention_norm = take();
    layer.qkv = take_projection(config.qkv_bias);
    layer.query_norm = take_if(config.qk_norm);
    layer.key_norm = take_if(config.qk_norm);
    layer.out = take_projection(config.out_bias);
    layer.after_attention_norm = take_if(config.post_norms);
    layer.mlp_norm = take();
    layer.gate_up = take_projection(config.mlp_bias);
    layer.down = take_projection(config.mlp_bias);
    layer.after_mlp_norm = take_if(config.post_norms);
    layers_.push_back(std::move(layer));
  }
  final_norm_ = take();
  head_ = config.tie_word_embeddings ? embedding_ : take();
  attention_spec_ = make_attention_spec(config, heads());
}

void Decoder::add_adapter(const std::string& parameter, const LowRank& adapter) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto prefix = "model.layers." + std::to_string(i) + ".";
    auto& layer = layers_[i];
    for (const auto& [name, projection] : {std::pair{"self_attn.qkv_proj.weight", &layer.qkv},
                                           {"self_attn.o_proj.weight", &layer.out},
                                           {"mlp.gate_up_proj.weight", &layer.gate_up},
                                           {"mlp.down_proj.weight", &layer.down}}) {
      if (prefix + name != parameter) continue;
      if (adapter.a.size(1) != projection->weight.size(1) || adapter.a.size(0) != adapter.b.size(1) ||
          adapter.first_row + adapter.b.size(0) > projection->weight.size(0)) {
        std::ostringstream message;
        message << parameter << " has the shape " << projection->weight.sizes() << ", which an adapter of "
                << adapter.a.sizes() << " and " << adapter.b.sizes() << " at row " << adapter.first_row
                << " does not fit";
        throw core::ShapeError(message.str());
      }
      projection->adapters.push_back(adapter);
      return;
    }
  }
  throw core::DataError("an adapter names " + parameter + ", which is no projection of this decoder");
}

kernels::HeadLayout Decoder::heads() const {
  return {config_.num_attention_heads, config_.num_key_value_heads, config_.head_dim, 0, config_.query_pre_attn_scalar};
}

const AttentionSpec& Decoder::attention_spec(std::int64_t positions) const {
  auto& tables = attention_spec_.rotary;
  const auto most = config_.max_position_embeddings;
  const auto wanted = std::min(positions, most);
  if (tables.empty() || tables.front().cosines.size(0) < wanted) {
    const c10::InferenceMode no_inference(false);  // the tables serve rollouts and training alike
    const auto size = std::min(most, std::max<std::int64_t>(1024, wanted + wanted / 2));
    const auto table = [&](const RopeConfig& rope) {
      return make_rotary_table(size, config_.head_dim, rope, embedding_.device());
    };
    tables = {table(config_.rope)};
    if (config_.sliding_rope) tables.push_back(table(*config_.sliding_rope));
  }
  return attention_spec_;
}

at::Tensor Decoder::embedded(const at::Tensor& ids) const {
  const auto rows = gather_rows(embedding_, ids);  // [tokens, hidden]
  if (config_.embedding_scale == 1.0) return rows;
  // As the family was trained: the factor itself is rounded to the weights' type.
  return rows * at::scalar_tensor(config_.embedding_scale, rows.options());
}

at::Tensor Decoder::norm(const at::Tensor& x, const at::Tensor& weight) const {
  return rms_norm(x, weight, config_.rms_norm_eps, config_.norms_add_one ? 1.0 : 0.0);
}

Decoder::Stream Decoder::add_norm(const at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight) const {
  return add_rms_norm(x, delta, weight, config_.rms_norm_eps, config_.norms_add_one ? 1.0 : 0.0);
}

at::Tensor Decoder::queries_keys_values(const Layer& layer, const at::Tensor& normed, Adapters use) const {
  const auto qkv = layer.qkv(normed, use);
  if (!config_.qk_norm) return qkv;
  const auto head_dim = config_.head_dim;
  const auto q_width = config_.num_attention_heads * head_dim;
  const auto kv_width = config_.num_key_value_heads * head_dim;
  const auto parts = qkv.split_with_sizes({q_width, kv_width, kv_width}, 1);
  const auto by_head = [&](const at::Tensor& part, const at::Tensor& weight) {
    return norm(part.reshape({-1, head_dim}), weight).view({qkv.size(0), -1});
  };
  return at::cat({by_head(parts[0], layer.query_norm), by_head(parts[1], layer.key_norm), parts[2]}, 1);
}

// Tensors are let go as soon as they have been read: in a rollout nothing else keeps them.
Decoder::Stream Decoder::run_layer(std::size_t index, Stream stream, Attention& attention, Adapters use) const {
  const auto& layer = layers_[index];
  auto [residual, normed] = std::move(stream);
  auto mixed = attention.attend(static_cast<std::int64_t>(index), queries_keys_values(layer, normed, use));
  mixed = layer.out(mixed, use);
  if (config_.post_norms) mixed = norm(mixed, layer.after_attention_norm);
  std::tie(residual, normed) = add_norm(residual, mixed, layer.mlp_norm);
  mixed.reset();
  auto fed = glu(layer.gate_up(normed, use), config_.activation);  // [tokens, intermediate]
  fed = layer.down(fed, use);
  if (config_.post_norms) fed = norm(fed, layer.after_mlp_norm);
  return add_norm(residual, fed, index + 1 < layers_.size() ? layers_[index + 1].attention_norm : final_norm_);
}

at::Tensor Decoder::forward(const at::Tensor& ids, Attention& attention) const {
  return forward(ids, std::shared_ptr<Attention>(std::shared_ptr<void>(), &attention));
}

at::Tensor Decoder::forward(const at::Tensor& ids, const std::shared_ptr<Attention>& attention,
                            const ForwardMode& mode) const {
  Stream stream;
  stream.first = embedded(ids);                                        // [tokens, hidden]
  stream.second = norm(stream.first, layers_.front().attention_norm);  // [tokens, hidden]
  const bool recomputes = mode.activations == Activations::kRecomputed && at::GradMode::is_enabled();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (recomputes) {
      const auto run = [this, i, attention, use = mode.adapters](const Stream& from) {
        return run_layer(i, from, *attention, use);
      };
      stream = recomputed(run, stream);
    } else {
      stream = run_layer(i, std::move(stream), *attention, mode.adapters);
    }
  }
  return stream.second;
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const {
  return packed_head_.defined() ? packed_linear(hidden, packed_head_, {}) : at::linear(hidden, head_);
}

Decoder::Packed::Packed(const Decoder& decoder, std::int64_t rows) : decoder_(decoder) {
  for (auto& layer : decoder_.layers_) {
    for (auto* projection : {&layer.qkv, &layer.out, &layer.gate_up, &layer.down}) {
      projection->packed = packed_weight(projection->weight, rows);
    }
  }
  decoder_.packed_head_ = packed_weight(decoder_.head_, rows);
}

Decoder::Packed::~Packed() {
  for (auto& layer : decoder_.layers_) {
    for (auto* projection : {&layer.qkv, &layer.out, &layer.gate_up, &layer.down}) {
      projection->packed.reset();
    }
  }
  decoder_.packed_head_.reset();
}

}  // namespace hone::policies
