#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "policies/attention.h"
#include "policies/hf_config.h"

namespace hone::policies {

/// The rows of a stored tensor that one checkpoint tensor makes up.
struct CheckpointPart {
  std::string name;  // as in HF: model.layers.0.self_attn.q_proj.weight
  std::int64_t rows = 0;
};

/// A weight: query, key and value projections are one matrix here, and so are gate and up, to make one product of each.
struct Parameter {
  std::string name;
  std::vector<CheckpointPart> parts;  // stacked along the first axis
  std::vector<std::int64_t> shape;
};

/// Names, parts and shapes of all of a decoder's parameters, in the order in which Decoder takes them.
std::vector<Parameter> decoder_parameters(const DecoderConfig& config);

/// A Llama-family decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU, tied or untied head.
/// It holds handles of weights that belong to a Policy; training and decoding run over this one set.
class Decoder {
 public:
  /// weights in the order of decoder_parameters(config), all of one dtype and device.
  Decoder(const DecoderConfig& config, const std::vector<at::Tensor>& weights);

  /// ids [tokens] int64; returns the normed last hidden states, [tokens, hidden].
  [[nodiscard]] at::Tensor forward(const at::Tensor& ids, Attention& attention) const;
  /// [vocab, hidden]; with a tied head the embedding itself.
  [[nodiscard]] const at::Tensor& head() const { return head_; }
  /// hidden [rows, hidden] → [rows, vocab]; for a few rows only, see token_logprobs.
  [[nodiscard]] at::Tensor logits(const at::Tensor& hidden) const;

  [[nodiscard]] const DecoderConfig& config() const { return config_; }
  [[nodiscard]] kernels::HeadLayout heads() const;
  [[nodiscard]] const RotaryTable& rotary() const { return rotary_; }
  [[nodiscard]] at::TensorOptions options() const { return embedding_.options(); }

 private:
  struct Layer {
    at::Tensor input_norm, qkv, out, post_norm, gate_up, down;
  };

  DecoderConfig config_;
  at::Tensor embedding_;
  std::vector<Layer> layers_;
  at::Tensor final_norm_;
  at::Tensor head_;
  RotaryTable rotary_;
};

}  // namespace hone::policies
