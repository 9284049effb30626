#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policies/attention.h"
#include "policies/decoder_config.h"
#include "policies/projection.h"

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

/// How a training forward keeps what the backward needs: all of it, or each layer's input, from which the layer is
/// computed once more.
enum class Activations { kKept, kRecomputed };

/// How one forward runs.
struct ForwardMode {
  Adapters adapters = Adapters::kOn;
  Activations activations = Activations::kKept;
};

/// A decoder of the Llama kind: RMSNorm, rotary positions, grouped-query attention, a gated MLP, tied or untied head;
/// in what else the families differ, DecoderConfig says. It holds handles of weights that belong to a Policy; training
/// and decoding run over this one set.
class Decoder {
 public:
  /// weights in the order of decoder_parameters(config), all of one dtype and device.
  Decoder(const DecoderConfig& config, const std::vector<at::Tensor>& weights);

  /// Adds a low-rank term to rows of the parameter of that name. Throws ShapeError where it does not fit, DataError for
  /// a parameter that takes none.
  void add_adapter(const std::string& parameter, const LowRank& adapter);

  /// ids [tokens] int64; returns the normed last hidden states, [tokens, hidden].
  /// Where activations are recomputed, the attention's layout must live until the backward is done.
  [[nodiscard]] at::Tensor forward(const at::Tensor& ids, const std::shared_ptr<Attention>& attention,
                                   const ForwardMode& mode = {}) const;
  /// The same for an attention that the caller keeps, with everything kept.
  [[nodiscard]] at::Tensor forward(const at::Tensor& ids, Attention& attention) const;
  /// [vocab, hidden]; with a tied head the embedding itself.
  [[nodiscard]] const at::Tensor& head() const { return head_; }
  /// hidden [rows, hidden] → [rows, vocab]; for a few rows only, see token_logprobs.
  [[nodiscard]] at::Tensor logits(const at::Tensor& hidden) const;

  /// While it lives, forward passes without a graph read their weights in the layout that suits `rows` rows at a time.
  /// For a stretch during which the weights do not change. Not from several threads.
  class Packed {
   public:
    Packed(const Decoder& decoder, std::int64_t rows);
    Packed(const Packed&) = delete;
    Packed& operator=(const Packed&) = delete;
    ~Packed();

   private:
    const Decoder& decoder_;
  };

  [[nodiscard]] const DecoderConfig& config() const { return config_; }
  [[nodiscard]] kernels::HeadLayout heads() const;
  /// With rotary tables of at least so many positions, which grow as longer sequences come: a model's whole context may
  /// be larger than its weights. At most max_position_embeddings. Not safe from several threads.
  [[nodiscard]] const AttentionSpec& attention_spec(std::int64_t positions = 1024) const;
  [[nodiscard]] at::TensorOptions options() const { return embedding_.options(); }

 private:
  struct Layer {
    at::Tensor attention_norm, mlp_norm;
    at::Tensor after_attention_norm, after_mlp_norm;  // undefined unless the family has them
    at::Tensor query_norm, key_norm;                  // undefined unless the family has them
    Projection qkv, out, gate_up, down;
  };
  /// What goes from one layer to the next: the residual stream, and its norm that the next layer reads.
  using Stream = std::pair<at::Tensor, at::Tensor>;

  [[nodiscard]] at::Tensor embedded(const at::Tensor& ids) const;
  [[nodiscard]] at::Tensor norm(const at::Tensor& x, const at::Tensor& weight) const;
  [[nodiscard]] Stream add_norm(const at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight) const;
  [[nodiscard]] at::Tensor queries_keys_values(const Layer& layer, const at::Tensor& normed, Adapters use) const;
  [[nodiscard]] Stream run_layer(std::size_t index, Stream stream, Attention& attention, Adapters use) const;

  DecoderConfig config_;
  at::Tensor embedding_;
  mutable std::vector<Layer> layers_;  // mutable: Packed
  at::Tensor final_norm_;
  at::Tensor head_;
  mutable at::Tensor packed_head_;
  mutable AttentionSpec attention_spec_;
};

}  // namespace hone::policies
