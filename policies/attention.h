#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "policies/kernels/attention.h"
#include "policies/kv_cache.h"
#include "policies/packing.h"
#include "policies/rope.h"

namespace hone::policies {

/// Rotation angles for every position.   cosines, sines [positions, head_dim / 2] float32
/// Source: Su et al., 2104.09864, with Llama's pairing of dimension i with i + head_dim / 2.
struct RotaryTable {
  at::Tensor cosines;
  at::Tensor sines;
};
RotaryTable make_rotary_table(std::int64_t positions, std::int64_t head_dim, const RopeConfig& rope,
                              const at::Device& device);

/// What attention looks like, layer by layer.
struct AttentionSpec {
  struct Layer {
    kernels::HeadLayout heads;
    std::size_t rotary = 0;  // which table
  };
  std::vector<RotaryTable> rotary;  // of as many positions as were asked for
  std::vector<Layer> layers;        // one: it holds for all layers

  [[nodiscard]] const Layer& layer(std::int64_t index) const {
    return layers.size() == 1 ? layers.front() : layers.at(static_cast<std::size_t>(index));
  }
  [[nodiscard]] const RotaryTable& rotary_of(std::int64_t index) const { return rotary.at(layer(index).rotary); }
};

/// How the tokens of one forward see each other. Made once a batch; the decoder calls `attend` once a layer.
class Attention {
 public:
  Attention() = default;
  Attention(const Attention&) = delete;
  Attention& operator=(const Attention&) = delete;
  virtual ~Attention() = default;
  /// qkv [tokens, (heads + 2·kv_heads)·head_dim], not rotated, overwritten; returns [tokens, heads·head_dim].
  virtual at::Tensor attend(std::int64_t layer, const at::Tensor& qkv) = 0;
};

/// A packed row of token trees, as tensors on the policy's device.
struct PackedLayout {
  std::vector<TokenTree> trees;
  at::Tensor positions;  // [tokens] int64: place within its own sequence
  at::Tensor tree_of;    // [tokens] int64
  at::Tensor leaf_of;    // [tokens] int64: 0 is the root, leaves from 1

  /// Tokens of the longest sequence: a root and one of its leaves.
  [[nodiscard]] std::int64_t longest() const;
};
/// Throws ShapeError unless the trees cover tokens 0..n-1 without gaps, each root before its leaves.
PackedLayout make_packed_layout(std::vector<TokenTree> trees, const at::Device& device);

/// Who sees whom in a packed row, where no kernel works it out: a mask for each window, made when first asked for.
class PackedMasks {
 public:
  /// [tokens, tokens] bool, true where the row's token sees the column's.
  const at::Tensor& of(const PackedLayout& layout, std::int64_t window);

 private:
  std::map<std::int64_t, at::Tensor> masks_;
};

/// Training, log-probabilities: differentiable. The layout must outlive the calls of attend, not their backward.
class PackedAttention : public Attention {
 public:
  /// Throws ShapeError where a sequence is longer than the rotary table.
  PackedAttention(AttentionSpec spec, const PackedLayout& layout);
  at::Tensor attend(std::int64_t layer, const at::Tensor& qkv) override;

 private:
  AttentionSpec spec_;
  const PackedLayout& layout_;
  std::shared_ptr<const std::vector<TokenTree>> trees_;  // the backward's own; only on the CPU
  PackedMasks masks_;                                    // only off the CPU
};

/// Rollout, first pass over the prompts: packed, and every token's key and value goes to its slot. Not differentiable.
class PrefillAttention : public Attention {
 public:
  /// slots [tokens] int64: where each token's key and value go, at its position.
  /// Throws ShapeError where a sequence is longer than the rotary table.
  PrefillAttention(AttentionSpec spec, const PackedLayout& layout, KvCache& cache, at::Tensor slots);
  at::Tensor attend(std::int64_t layer, const at::Tensor& qkv) override;

 private:
  AttentionSpec spec_;
  const PackedLayout& layout_;
  KvCache& cache_;
  at::Tensor slots_;
  PackedMasks masks_;
};

/// Rollout, decoding: one new token a row against its slot. Not differentiable.
class SlotAttention : public Attention {
 public:
  /// slots, positions [rows] int64
  SlotAttention(AttentionSpec spec, KvCache& cache, at::Tensor slots, at::Tensor positions);
  at::Tensor attend(std::int64_t layer, const at::Tensor& qkv) override;

 private:
  AttentionSpec spec_;
  KvCache& cache_;
  at::Tensor slots_;
  at::Tensor positions_;
};

}  // namespace hone::policies
