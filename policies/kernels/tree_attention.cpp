#include <algorithm>
#include <cmath>
#include <vector>

#include "policies/kernels/attention_tiles.h"

// In float32; in bfloat16 it is tree_attention_pairs.cpp.
namespace hone::policies::kernels {
namespace {

/// Where the block of keys begins that holds the first one visible to the query at position `before`.
std::int64_t first_block(const HeadLayout& layout, std::int64_t before) {
  return layout.first_visible(before) / kKeys * kKeys;
}

template <class T>
class Forward {
 public:
  Forward(const T* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, T* out, float* lse)
      : qkv_(qkv),
        kv_head_(kv_head),
        out_(out),
        lse_(lse),
        w_(layout, tree),
        columns_(static_cast<std::size_t>(w_.layout.head_dim * w_.capacity)),
        rows_(static_cast<std::size_t>(w_.capacity * w_.width)),
        queries_(static_cast<std::size_t>(kQueries * w_.width)),
        results_(queries_.size()),
        scores_(static_cast<std::size_t>(kQueries * w_.capacity)) {}

  void segment(const Segment& segment, std::int64_t prefix) {
    const auto& layout = w_.layout;
    gather_columns(qkv_, w_, segment, layout.heads + kv_head_, prefix, columns_.data());
    gather_rows(qkv_, w_, segment, layout.heads + layout.kv_heads + kv_head_, prefix, rows_.data());
    for (std::int64_t head = kv_head_ * layout.group(); head < (kv_head_ + 1) * layout.group(); ++head) {
      for (std::int64_t i = 0; i < segment.length; i += kQueries) {
        block(segment.begin + i, std::min<std::int64_t>(kQueries, segment.length - i), prefix + i, head);
      }
    }
  }

 private:
  /// `count` queries from token `first` on, of which the first sees `before` keys and itself.
  void block(std::int64_t first, std::int64_t count, std::int64_t before, std::int64_t head) {
    const auto& layout = w_.layout;
    gather_queries(qkv_, layout.qkv_width(), first, count, head, w_, layout.scale(), queries_.data());
    const std::int64_t begin = first_block(layout, before);
    const std::int64_t keys = before + count - begin;
    multiply_columns(queries_.data(), columns_.data() + begin, w_, keys, scores_.data());
    for (std::int64_t q = 0; q < kQueries; ++q) {
      const std::int64_t visible = std::min(before + q + 1 - begin, keys);
      const std::int64_t hidden = std::min(layout.first_visible(before + q) - begin, visible - 1);
      const float lse = softmax(scores_.data() + q * w_.capacity, hidden, visible, keys);
      if (q < count) {
        lse_[(first + q) * layout.heads + head] = lse;
      }
    }
    multiply_rows(scores_.data(), rows_.data() + begin * w_.width, w_, keys, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      T* target = out_ + (first + q) * layout.out_width() + head * layout.head_dim;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        target[d] = from_float<T>(results_[static_cast<std::size_t>(q * w_.width + d)]);
      }
    }
  }

  const T* qkv_;
  std::int64_t kv_head_;
  T* out_;
  float* lse_;
  Workspace w_;
  std::vector<float> columns_, rows_, queries_, results_, scores_;
};

template <class T>
class Backward {
 public:
  Backward(const T* qkv, const T* out, const T* grad_out, const float* lse, const HeadLayout& layout,
           const TokenTree& tree, std::int64_t kv_head, T* grad_qkv)
      : qkv_(qkv),
        out_(out),
        grad_out_(grad_out),
        lse_(lse),
        kv_head_(kv_head),
        grad_qkv_(grad_qkv),
        w_(layout, tree),
        key_columns_(static_cast<std::size_t>(layout.head_dim * w_.capacity)),
        value_columns_(key_columns_.size()),
        key_rows_(static_cast<std::size_t>(w_.capacity * w_.width)),
        grad_keys_(key_rows_.size()),
        grad_values_(key_rows_.size()),
        queries_(static_cast<std::size_t>(kQueries * w_.width)),
        grads_(queries_.size()),
        results_(queries_.size()),
        probabilities_(static_cast<std::size_t>(kQueries * w_.capacity)),
        products_(probabilities_.size()) {}

  void segment(const Segment& segment, std::int64_t prefix) {
    const auto& layout = w_.layout;
    gather_columns(qkv_, w_, segment, key_head(), prefix, key_columns_.data());
    gather_columns(qkv_, w_, segment, value_head(), prefix, value_columns_.data());
    gather_rows(qkv_, w_, segment, key_head(), prefix, key_rows_.data());
    for (std::int64_t head = kv_head_ * layout.group(); head < (kv_head_ + 1) * layout.group(); ++head) {
      for (std::int64_t i = 0; i < segment.length; i += kQueries) {
        block(segment.begin + i, std::min<std::int64_t>(kQueries, segment.length - i), prefix + i, head);
      }
    }
  }

  /// The gradients that have gathered at the segment's keys go out, and its places are cleared for the next leaf.
  void flush(const Segment& segment, std::int64_t prefix) {
    const auto& layout = w_.layout;
    for (std::int64_t i = 0; i < segment.length; ++i) {
      T* row = grad_qkv_ + (segment.begin + i) * layout.qkv_width();
      float* grad_key = grad_keys_.data() + (prefix + i) * w_.width;
      float* grad_value = grad_values_.data() + (prefix + i) * w_.width;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        row[key_head() * layout.head_dim + d] = from_float<T>(grad_key[d]);
        row[value_head() * layout.head_dim + d] = from_float<T>(grad_value[d]);
      }
      std::fill(grad_key, grad_key + w_.width, 0.0F);
      std::fill(grad_value, grad_value + w_.width, 0.0F);
    }
  }

 private:
  [[nodiscard]] std::int64_t key_head() const { return w_.layout.heads + kv_head_; }
  [[nodiscard]] std::int64_t value_head() const { return w_.layout.heads + w_.layout.kv_heads + kv_head_; }

  void block(std::int64_t first, std::int64_t count, std::int64_t before, std::int64_t head) {
    const auto& layout = w_.layout;
    const float scale = layout.scale();
    const std::int64_t begin = first_block(layout, before);
    const std::int64_t keys = before + count - begin;
    gather_queries(qkv_, layout.qkv_width(), first, count, head, w_, scale, queries_.data());
    gather_queries(grad_out_, layout.out_width(), first, count, head, w_, 1.0F, grads_.data());
    multiply_columns(queries_.data(), key_columns_.data() + begin, w_, keys, probabilities_.data());
    multiply_columns(grads_.data(), value_columns_.data() + begin, w_, keys, products_.data());
    for (std::int64_t q = 0; q < kQueries; ++q) {
      const std::int64_t visible = q < count ? before + q + 1 - begin : 0;
      score_gradients(first + q, head, std::min(layout.first_visible(before + q) - begin, visible), visible, keys, q);
    }
    const std::int64_t at = begin * w_.width;
    add_outer(probabilities_.data(), grads_.data(), w_, keys, grad_values_.data() + at);
    add_outer(products_.data(), queries_.data(), w_, keys, grad_keys_.data() + at);  // queries carry the scale already
    multiply_rows(products_.data(), key_rows_.data() + at, w_, keys, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      T* target = grad_qkv_ + (first + q) * layout.qkv_width() + head * layout.head_dim;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        target[d] = from_float<T>(results_[static_cast<std::size_t>(q * w_.width + d)] * scale);
      }
    }
  }

  /// Of one query: scores become probabilities P, products dP become P·(dP − Σ P·dP), zero outside the visible keys
  /// [hidden, visible).
  void score_gradients(std::int64_t token, std::int64_t head, std::int64_t hidden, std::int64_t visible,
                       std::int64_t keys, std::int64_t q) {
    const auto& layout = w_.layout;
    float* __restrict p = probabilities_.data() + q * w_.capacity;
    float* __restrict products = products_.data() + q * w_.capacity;
    if (visible > 0) {
      const T* o = out_ + token * layout.out_width() + head * layout.head_dim;
      const float* grad = grads_.data() + q * w_.width;
      float delta = 0.0F;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        delta += to_float(o[d]) * grad[d];
      }
      const float lse = lse_[token * layout.heads + head];
      for (std::int64_t j = hidden; j < visible; ++j) {
        p[j] = fast_exp(p[j] - lse);
        products[j] = p[j] * (products[j] - delta);
      }
    }
    for (float* row : {p, products}) {
      std::fill(row, row + hidden, 0.0F);
      std::fill(row + visible, row + keys, 0.0F);
    }
  }

  const T* qkv_;
  const T* out_;
  const T* grad_out_;
  const float* lse_;
  std::int64_t kv_head_;
  T* grad_qkv_;
  Workspace w_;
  std::vector<float> key_columns_, value_columns_, key_rows_, grad_keys_, grad_values_, queries_, grads_, results_,
      probabilities_, products_;
};

}  // namespace

template <class T>
void attend_tree(const T* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
                 TileProduct /*product*/, T* out, float* log_sum_exp) {
  Forward<T> forward(qkv, layout, tree, kv_head, out, log_sum_exp);
  forward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) {
    forward.segment(leaf, tree.root.length);
  }
}

template <class T>
void attend_tree_backward(const T* qkv, const T* out, const T* grad_out, const float* log_sum_exp,
                          const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
                          TileProduct /*product*/, T* grad_qkv) {
  Backward<T> backward(qkv, out, grad_out, log_sum_exp, layout, tree, kv_head, grad_qkv);
  backward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) {
    backward.segment(leaf, tree.root.length);
    backward.flush(leaf, tree.root.length);
  }
  backward.flush(tree.root, 0);
}

template void attend_tree<float>(const float*, const HeadLayout&, const TokenTree&, std::int64_t, TileProduct, float*,
                                 float*);
template void attend_tree_backward<float>(const float*, const float*, const float*, const float*, const HeadLayout&,
                                          const TokenTree&, std::int64_t, TileProduct, float*);

}  // namespace hone::policies::kernels
