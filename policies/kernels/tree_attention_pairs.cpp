#include <algorithm>
#include <cmath>
#include <vector>

#include "policies/kernels/attention.h"
#include "policies/kernels/pair_tiles.h"
#include "policies/kernels/softmax.h"

// Tree attention in bfloat16; in float32 it is tree_attention.cpp.
namespace hone::policies::kernels {
namespace {

/// Calls f(head, first token, count, keys before the first) for the segment's tokens, a block at a time.
template <class Function>
void for_each_block(const HeadLayout& layout, std::int64_t kv_head, const Segment& segment, std::int64_t prefix,
                    Function&& f) {
  for (std::int64_t head = kv_head * layout.group(); head < (kv_head + 1) * layout.group(); ++head) {
    for (std::int64_t i = 0; i < segment.length; i += kBlock) {
      f(head, segment.begin + i, std::min<std::int64_t>(kBlock, segment.length - i), prefix + i);
    }
  }
}

void round_rows(const float* values, const PairSpace& space, std::int64_t keys, BFloat16* rounded) {
  for (std::int64_t q = 0; q < kBlock; ++q) {
    for (std::int64_t j = q * space.capacity; j < q * space.capacity + keys; j += kLanes) {
      store(rounded + j, load(values + j));
    }
  }
}

class PairForward {
 public:
  PairForward(const BFloat16* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
              TileProduct product, BFloat16* out, float* lse)
      : qkv_(qkv),
        kv_head_(kv_head),
        product_(product),
        out_(out),
        lse_(lse),
        space_(layout, tree),
        columns_(space_.columns_size()),
        rows_(space_.rows_size()),
        queries_(static_cast<std::size_t>(kBlock * layout.head_dim)),
        scores_(space_.block_size()),
        weights_(space_.block_size()),
        results_(static_cast<std::size_t>(kBlock * space_.width)) {}

  void segment(const Segment& segment, std::int64_t prefix) {
    const auto& layout = space_.layout;
    gather_columns(qkv_, space_, segment, layout.heads + kv_head_, prefix, columns_.data());
    gather_rows(qkv_, space_, segment, layout.heads + layout.kv_heads + kv_head_, prefix, rows_.data());
    for_each_block(layout, kv_head_, segment, prefix, [&](auto... of) { block(of...); });
  }

 private:
  void block(std::int64_t head, std::int64_t first, std::int64_t count, std::int64_t before) {
    const auto& layout = space_.layout;
    const auto n = layout.head_dim;
    const std::int64_t begin = space_.first_block(before);
    const std::int64_t keys = round_up(before + count - begin, kBlock);
    gather_block(qkv_, layout.qkv_width(), first, count, head, space_, queries_.data());
    product_(kBlock, keys, n, n, space_.capacity, space_.capacity, Accumulate::kNo, queries_.data(),
             columns_.data() + 2 * begin, scores_.data());
    for (std::int64_t q = 0; q < kBlock; ++q) {
      float* row = scores_.data() + q * space_.capacity;
      for (std::int64_t j = 0; j < keys; j += kLanes) store(row + j, load(row + j) * layout.scale());
      const std::int64_t visible = std::min(before + std::min(q + 1, count) - begin, keys);
      const std::int64_t hidden = std::min(layout.first_visible(before + q) - begin, visible - 1);
      const float lse = softmax(row, hidden, visible, keys);
      if (q < count) lse_[(first + q) * layout.heads + head] = lse;
    }
    round_rows(scores_.data(), space_, keys, weights_.data());
    product_(kBlock, space_.width, keys, space_.capacity, space_.width, space_.width, Accumulate::kNo, weights_.data(),
             rows_.data() + begin * space_.width, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      BFloat16* target = out_ + (first + q) * layout.out_width() + head * n;
      for (std::int64_t d = 0; d < n; ++d) {
        target[d] = from_float<BFloat16>(results_[static_cast<std::size_t>(q * space_.width + d)]);
      }
    }
  }

  const BFloat16* qkv_;
  std::int64_t kv_head_;
  TileProduct product_;
  BFloat16* out_;
  float* lse_;
  PairSpace space_;
  std::vector<BFloat16> columns_, rows_, queries_;
  std::vector<float> scores_;
  std::vector<BFloat16> weights_;
  std::vector<float> results_;
};

class PairBackward {
 public:
  PairBackward(const BFloat16* qkv, const BFloat16* out, const BFloat16* grad_out, const float* lse,
               const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, TileProduct product,
               BFloat16* grad_qkv)
      : qkv_(qkv),
        out_(out),
        grad_out_(grad_out),
        lse_(lse),
        kv_head_(kv_head),
        product_(product),
        grad_qkv_(grad_qkv),
        space_(layout, tree),
        key_columns_(space_.columns_size()),
        value_columns_(space_.columns_size()),
        key_rows_(space_.rows_size()),
        queries_(static_cast<std::size_t>(kBlock * layout.head_dim)),
        grads_(queries_.size()),
        query_rows_(static_cast<std::size_t>(kBlock * space_.width)),
        grad_rows_(query_rows_.size()),
        rounded_(space_.block_size()),
        grad_keys_(space_.rows_size()),
        grad_values_(space_.rows_size()),
        probabilities_(space_.block_size()),
        products_(space_.block_size()),
        results_(static_cast<std::size_t>(kBlock * space_.width)) {}

  void segment(const Segment& segment, std::int64_t prefix) {
    gather_columns(qkv_, space_, segment, key_head(), prefix, key_columns_.data());
    gather_columns(qkv_, space_, segment, value_head(), prefix, value_columns_.data());
    gather_rows(qkv_, space_, segment, key_head(), prefix, key_rows_.data());
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

  void gather(std::int64_t head, std::int64_t first, std::int64_t count) {
    const auto& layout = space_.layout;
    gather_block(qkv_, layout.qkv_width(), first, count, head, space_, queries_.data());
    gather_block(grad_out_, layout.out_width(), first, count, head, space_, grads_.data());
    for (std::int64_t q = 0; q < kBlock; ++q) {
      gather_row(queries_.data() + q * layout.head_dim, space_, q, query_rows_.data());
      gather_row(grads_.data() + q * layout.head_dim, space_, q, grad_rows_.data());
    }
  }

  void block(std::int64_t head, std::int64_t first, std::int64_t count, std::int64_t before) {
    const auto& layout = space_.layout;
    const auto n = layout.head_dim;
    const auto width = space_.width;
    const auto capacity = space_.capacity;
    const std::int64_t begin = space_.first_block(before);
    const std::int64_t keys = round_up(before + count - begin, kBlock);
    gather(head, first, count);
    product_(kBlock, keys, n, n, capacity, capacity, Accumulate::kNo, queries_.data(), key_columns_.data() + 2 * begin,
             probabilities_.data());
    product_(kBlock, keys, n, n, capacity, capacity, Accumulate::kNo, grads_.data(), value_columns_.data() + 2 * begin,
             products_.data());
    for (std::int64_t q = 0; q < kBlock; ++q) {
      const std::int64_t visible = q < count ? before + q + 1 - begin : 0;
      score_gradients(first + q, head, std::min(layout.first_visible(before + q) - begin, visible), visible, keys, q);
    }
    turn(probabilities_.data(), space_, keys, rounded_.data());
    product_(keys, width, kBlock, kBlock, width, width, Accumulate::kYes, rounded_.data(), grad_rows_.data(),
             grad_values_.data() + begin * width);
    turn(products_.data(), space_, keys, rounded_.data());
    product_(keys, width, kBlock, kBlock, width, width, Accumulate::kYes, rounded_.data(), query_rows_.data(),
             grad_keys_.data() + begin * width);
    round_rows(products_.data(), space_, keys, rounded_.data());
    product_(kBlock, width, keys, capacity, width, width, Accumulate::kNo, rounded_.data(),
             key_rows_.data() + begin * width, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      BFloat16* target = grad_qkv_ + (first + q) * layout.qkv_width() + head * n;
      for (std::int64_t d = 0; d < n; ++d) {
        target[d] = from_float<BFloat16>(results_[static_cast<std::size_t>(q * width + d)] * layout.scale());
      }
    }
  }

  /// Of one query: scores become probabilities P, products dP become P·(dP − Σ P·dP), zero outside the visible keys
  /// [hidden, visible).
  void score_gradients(std::int64_t token, std::int64_t head, std::int64_t hidden, std::int64_t visible,
                       std::int64_t keys, std::int64_t q) {
    const auto& layout = space_.layout;
    float* p = probabilities_.data() + q * space_.capacity;
    float* products = products_.data() + q * space_.capacity;
    if (visible > 0) {
      const auto at = token * layout.out_width() + head * layout.head_dim;
      float delta = 0.0F;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) delta += to_float(out_[at + d]) * to_float(grad_out_[at + d]);
      const float lse = lse_[token * layout.heads + head];
      for (std::int64_t j = 0; j < keys; j += kLanes) {
        const Lanes probability = fast_exp(load(p + j) * layout.scale() - lse);
        store(p + j, probability);
        store(products + j, probability * (load(products + j) - delta));
      }
    }
    for (float* row : {p, products}) {
      std::fill(row, row + hidden, 0.0F);
      std::fill(row + visible, row + keys, 0.0F);
    }
  }

  const BFloat16* qkv_;
  const BFloat16* out_;
  const BFloat16* grad_out_;
  const float* lse_;
  std::int64_t kv_head_;
  TileProduct product_;
  BFloat16* grad_qkv_;
  PairSpace space_;
  std::vector<BFloat16> key_columns_, value_columns_, key_rows_, queries_, grads_, query_rows_, grad_rows_, rounded_;
  std::vector<float> grad_keys_, grad_values_, probabilities_, products_, results_;
};

}  // namespace

template <>
void attend_tree<BFloat16>(const BFloat16* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
                           TileProduct product, BFloat16* out, float* log_sum_exp) {
  PairForward forward(qkv, layout, tree, kv_head, product != nullptr ? product : &pair_product, out, log_sum_exp);
  forward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) forward.segment(leaf, tree.root.length);
}

template <>
void attend_tree_backward<BFloat16>(const BFloat16* qkv, const BFloat16* out, const BFloat16* grad_out,
                                    const float* log_sum_exp, const HeadLayout& layout, const TokenTree& tree,
                                    std::int64_t kv_head, TileProduct product, BFloat16* grad_qkv) {
  PairBackward backward(qkv, out, grad_out, log_sum_exp, layout, tree, kv_head,
                        product != nullptr ? product : &pair_product, grad_qkv);
  backward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) {
    backward.segment(leaf, tree.root.length);
    backward.flush(leaf, tree.root.length);
  }
  backward.flush(tree.root, 0);
}

}  // namespace hone::policies::kernels
