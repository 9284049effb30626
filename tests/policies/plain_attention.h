#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <vector>

#include "policies/attention.h"

/// Attention written down once more, in float64 and one sequence at a time, from the formulas alone.
namespace plain_attention {

using hone::policies::Segment;
using hone::policies::TokenTree;
using hone::policies::kernels::HeadLayout;

/// x [tokens, heads, head_dim], token t at position t. 2104.09864 equation 34 with Llama's pairing of i and i +
/// head_dim / 2.
inline at::Tensor rotate(const at::Tensor& x, double theta) {
  const auto half = x.size(2) / 2;
  const auto wide = at::TensorOptions().dtype(at::kDouble);
  const auto frequencies = at::exp(at::arange(half, wide) * (-std::log(theta) / static_cast<double>(half)));
  const auto angles = (at::arange(x.size(0), wide).unsqueeze(1) * frequencies).unsqueeze(1);  // [tokens, 1, half]
  const auto a = x.narrow(2, 0, half);
  const auto b = x.narrow(2, half, half);
  return at::cat({a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()}, 2);
}

/// One sequence on its own.   qkv [tokens, qkv_width], any dtype; returns [tokens, out_width] float64
inline at::Tensor sequence(const at::Tensor& qkv, const HeadLayout& heads, double theta) {
  const auto tokens = qkv.size(0);
  const auto parts = qkv.to(at::kDouble)
                         .reshape({tokens, heads.heads + 2 * heads.kv_heads, heads.head_dim})
                         .split_with_sizes({heads.heads, heads.kv_heads, heads.kv_heads}, 1);
  const auto queries = rotate(parts[0], theta);
  const auto keys = rotate(parts[1], theta);
  const auto future = at::ones({tokens, tokens}, at::kBool).triu(1);
  std::vector<at::Tensor> outputs;
  for (std::int64_t head = 0; head < heads.heads; ++head) {
    const auto shared = head / (heads.heads / heads.kv_heads);
    const auto scores =
        at::mm(queries.select(1, head), keys.select(1, shared).t()) / std::sqrt(static_cast<double>(heads.head_dim));
    const auto weights = at::softmax(scores.masked_fill(future, -std::numeric_limits<double>::infinity()), 1);
    outputs.push_back(at::mm(weights, parts[2].select(1, shared)));
  }
  return at::cat(outputs, 1);
}

inline at::Tensor rows(const at::Tensor& x, const Segment& segment) {
  return x.narrow(0, segment.begin, segment.length);
}

/// Token trees: every leaf behind a copy of its root.
inline at::Tensor trees(const at::Tensor& qkv, const HeadLayout& heads, const std::vector<TokenTree>& trees,
                        double theta) {
  std::vector<at::Tensor> outputs;
  for (const auto& tree : trees) {
    outputs.push_back(sequence(rows(qkv, tree.root), heads, theta));
    for (const auto& leaf : tree.leaves) {
      const auto whole = sequence(at::cat({rows(qkv, tree.root), rows(qkv, leaf)}), heads, theta);
      outputs.push_back(whole.narrow(0, tree.root.length, leaf.length));
    }
  }
  return at::cat(outputs);
}

}  // namespace plain_attention
