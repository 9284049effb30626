#include <algorithm>
#include <cmath>
#include <vector>

#include "policies/kernels/attention.h"
#include "policies/kernels/pair_tiles.h"

// Tree attention in bfloat16; in float32 it is tree_attention.cpp.
namespace hone::policies::kernels {
namespace {

/// Calls f(first token, count, keys before the first) for the segment's tokens, a few at a time, for each of the heads.
template <class Function>
void for_each_block(const HeadLayout& layout, std::int64_t kv_head, const Segment& segment, std::int64_t prefix,
                    Function&& f) {
  for (std::int64_t head = kv_head * layout.group(); head < (kv_head + 1) * layout.group(); ++head) {
    for (std::int64_t i = 0; i < segment.length; i += kPairQueries) {
      f(head, segment.begin + i, std::min<std::int64_t>(kPairQueries, segment.length - i), prefix + i);
    }
  }
}

class PairForward {
 public:
  PairForward(const BFloat16* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, BFloat16* out,
              float* lse)
      : qkv_(qkv),
        kv_head_(kv_head),
        out_(out),
        lse_(lse),
        space_(layout, tree),
        queries_(space_),
        columns_(space_.columns_size()),
        rows_(space_.rows_size()),
        scores_(static_cast<std::size_t>(kPairQueries * space_.capacity)),
        weights_(scores_.size()),
        results_(static_cast<std::size_t>(kPairQueries * space_.width)) {}

  void segment(const Segment& segment, std::int64_t prefix) {
    const auto& layout = space_.layout;
    gather_pair_columns(qkv_, space_, segment, layout.heads + kv_head_, prefix, columns_.data());
    gather_pair_rows(qkv_, space_, segment, layout.heads + layout.kv_heads + kv_head_, prefix, rows_.data());
    for_each_block(layout, kv_head_, segment, prefix, [&](auto... of) { block(of...); });
  }

 private:
  void block(std::int64_t head, std::int64_t first, std::int64_t count, std::int64_t before) {
    const auto& layout = space_.layout;
    queries_.gather(qkv_, layout.qkv_width(), first, count, head, space_);
    const std::int64_t begin = space_.first_block(before);
    const std::int64_t keys = before + count - begin;
    multiply_pair_columns(queries_.along.data(), columns_.data() + begin, space_, keys, layout.scale(), scores_.data());
    for (std::int64_t q = 0; q < kPairQueries; ++q) {
      const std::int64_t visible = std::min(before + q + 1 - begin, keys);
      const std::int64_t hidden = std::min(layout.first_visible(before + q) - begin, visible - 1);
      float* row = scores_.data() + q * space_.capacity;
      const auto padded = round_up(keys, kLanes);
      const float lse = softmax(row, hidden, visible, padded);
      for (std::int64_t j = 0; j < padded; j += kLanes) store(weights_.data() + q * space_.capacity + j, load(row + j));
      if (q < count) lse_[(first + q) * layout.heads + head] = lse;
    }
    multiply_pair_rows(weights_.data(), rows_.data() + begin * space_.width, space_, keys, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      BFloat16* target = out_ + (first + q) * layout.out_width() + head * layout.head_dim;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        target[d] = from_float<BFloat16>(results_[static_cast<std::size_t>(q * space_.width + d)]);
      }
    }
  }

  const BFloat16* qkv_;
  std::int64_t kv_head_;
  BFloat16* out_;
  float* lse_;
  PairSpace space_;
  PairQueries queries_;
  std::vector<std::uint32_t> columns_;
  std::vector<BFloat16> rows_;
  std::vector<float> scores_;
  std::vector<BFloat16> weights_;
  std::vector<float> results_;
};

class PairBackward {
 public:
  PairBackward(const BFloat16* qkv, const BFloat16* out, const BFloat16* grad_out, const float* lse,
               const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, BFloat16* grad_qkv)
      : qkv_(qkv),
        out_(out),
        grad_out_(grad_out),
        lse_(lse),
        kv_head_(kv_head),
        grad_qkv_(grad_qkv),
        space_(layout, tree),
        queries_(space_),
        grads_(space_),
        key_columns_(space_.columns_size()),
        value_columns_(space_.columns_size()),
        key_rows_(space_.rows_size()),
        grad_keys_(space_.rows_size()),
        grad_values_(space_.rows_size()),
        probabilities_(static_cast<std::size_t>(kPairQueries * space_.capacity)),
        products_(probabilities_.size()),
        results_(static_cast<std::size_t>(kPairQueries * space_.width)),
        score_grads_(probabilities_.size()),
        crossed_(probabilities_.size() / 2) {}

  void segment(const Segment& segment, std::int64_t prefix) {
    gather_pair_columns(qkv_, space_, segment, key_head(), prefix, key_columns_.data());
    gather_pair_columns(qkv_, space_, segment, value_head(), prefix, value_columns_.data());
    gather_pair_rows(qkv_, space_, segment, key_head(), prefix, key_rows_.data());
    for_each_block(space_.layout, kv_head_, segment, prefix, [&](auto... of) { block(of...); });
  }

  /// The gradients that have gathered at the segment's keys go out, and its places are cleared for the next leaf.
  void flush(const Segment& segment, std::int64_t prefix) {
    const auto& layout = space_.layout;
    const float scale = layout.scale();  // queries went in without it
    for (std::int64_t i = 0; i < segment.length; ++i) {
      BFloat16* row = grad_qkv_ + (segment.begin + i) * layout.qkv_width();
      float* grad_key = grad_keys_.data() + (prefix + i) * space_.width;
      float* grad_value = grad_values_.data() + (prefix + i) * space_.width;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        row[key_head() * layout.head_dim + d] = from_float<BFloat16>(grad_key[d] * scale);
        row[value_head() * layout.head_dim + d] = from_float<BFloat16>(grad_value[d]);
      }
      std::fill(grad_key, grad_key + space_.width, 0.0F);
      std::fill(grad_value, grad_value + space_.width, 0.0F);
    }
  }

 private:
  [[nodiscard]] std::int64_t key_head() const { return space_.layout.heads + kv_head_; }
  [[nodiscard]] std::int64_t value_head() const { return space_.layout.heads + space_.layout.kv_heads + kv_head_; }

  void block(std::int64_t head, std::int64_t first, std::int64_t count, std::int64_t before) {
    const auto& layout = space_.layout;
    const float scale = layout.scale();
    const std::int64_t begin = space_.first_block(before);
    const std::int64_t keys = before + count - begin;
    const std::int64_t padded = round_up(keys, kLanes);
    queries_.gather(qkv_, layout.qkv_width(), first, count, head, space_);
    grads_.gather(grad_out_, layout.out_width(), first, count, head, space_);
    multiply_pair_columns(queries_.along.data(), key_columns_.data() + begin, space_, keys, scale,
                          probabilities_.data());
    multiply_pair_columns(grads_.along.data(), value_columns_.data() + begin, space_, keys, 1.0F, products_.data());
    for (std::int64_t q = 0; q < kPairQueries; ++q) {
      const std::int64_t visible = q < count ? before + q + 1 - begin : 0;
      const std::int64_t hidden = std::min(layout.first_visible(before + q) - begin, visible);
      score_gradients(first + q, head, hidden, visible, padded, q);
    }
    const std::int64_t at = begin * space_.width;
    cross(probabilities_.data(), padded);
    add_pair_outer(crossed_.data(), grads_.crossed.data(), space_, keys, grad_values_.data() + at);
    cross(products_.data(), padded);
    add_pair_outer(crossed_.data(), queries_.crossed.data(), space_, keys, grad_keys_.data() + at);
    multiply_pair_rows(score_grads_.data(), key_rows_.data() + at, space_, keys, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      BFloat16* target = grad_qkv_ + (first + q) * layout.qkv_width() + head * layout.head_dim;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        target[d] = from_float<BFloat16>(results_[static_cast<std::size_t>(q * space_.width + d)] * scale);
      }
    }
  }

  /// Of one query: scores become probabilities P, products dP become P·(dP − Σ P·dP), zero outside the visible keys
  /// [hidden, visible).
  void score_gradients(std::int64_t token, std::int64_t head, std::int64_t hidden, std::int64_t visible,
                       std::int64_t padded, std::int64_t q) {
    const auto& layout = space_.layout;
    float* p = probabilities_.data() + q * space_.capacity;
    float* products = products_.data() + q * space_.capacity;
    if (visible > 0) {
      const BFloat16* o = out_ + token * layout.out_width() + head * layout.head_dim;
      const BFloat16* grad = grad_out_ + token * layout.out_width() + head * layout.head_dim;
      float delta = 0.0F;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) delta += to_float(o[d]) * to_float(grad[d]);
      const float lse = lse_[token * layout.heads + head];
      for (std::int64_t j = 0; j < padded; j += kLanes) {
        const Lanes probability = fast_exp(load(p + j) - lse);
        store(p + j, probability);
        store(products + j, probability * (load(products + j) - delta));
      }
    }
    for (float* row : {p, products}) {
      std::fill(row, row + hidden, 0.0F);
      std::fill(row + visible, row + padded, 0.0F);
    }
    BFloat16* rounded = score_grads_.data() + q * space_.capacity;
    for (std::int64_t j = 0; j < padded; j += kLanes) store(rounded + j, load(products + j));
  }

  /// crossed[q / 2][j] = (values[q][j], values[q + 1][j]) rounded.
  void cross(const float* values, std::int64_t padded) {
    for (std::int64_t q = 0; q < kPairQueries; q += 2) {
      for (std::int64_t j = 0; j < padded; j += kLanes) {
        const Pairs pairs =
            make_pairs(load(values + q * space_.capacity + j), load(values + (q + 1) * space_.capacity + j));
        std::memcpy(crossed_.data() + q / 2 * space_.capacity + j, &pairs, sizeof pairs);
      }
    }
  }

  const BFloat16* qkv_;
  const BFloat16* out_;
  const BFloat16* grad_out_;
  const float* lse_;
  std::int64_t kv_head_;
  BFloat16* grad_qkv_;
  PairSpace space_;
  PairQueries queries_, grads_;
  std::vector<std::uint32_t> key_columns_, value_columns_;
  std::vector<BFloat16> key_rows_;
  std::vector<float> grad_keys_, grad_values_, probabilities_, products_, results_;
  std::vector<BFloat16> score_grads_;
  std::vector<std::uint32_t> crossed_;
};

}  // namespace

template <>
void attend_tree<BFloat16>(const BFloat16* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
                           BFloat16* out, float* log_sum_exp) {
  PairForward forward(qkv, layout, tree, kv_head, out, log_sum_exp);
  forward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) forward.segment(leaf, tree.root.length);
}

template <>
void attend_tree_backward<BFloat16>(const BFloat16* qkv, const BFloat16* out, const BFloat16* grad_out,
                                    const float* log_sum_exp, const HeadLayout& layout, const TokenTree& tree,
                                    std::int64_t kv_head, BFloat16* grad_qkv) {
  PairBackward backward(qkv, out, grad_out, log_sum_exp, layout, tree, kv_head, grad_qkv);
  backward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) {
    backward.segment(leaf, tree.root.length);
    backward.flush(leaf, tree.root.length);
  }
  backward.flush(tree.root, 0);
}

}  // namespace hone::policies::kernels
