#include "policies/kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "policies/kernels/lanes.h"

namespace hone::policies::kernels {
namespace {

constexpr int kQueries = 4;        // queries handled together: their sums stay in registers
constexpr int kKeys = 2 * kLanes;  // keys handled together

std::int64_t round_up(std::int64_t n, std::int64_t to) {
  return (n + to - 1) / to * to;
}

/// Everything that one (tree, key-value head) needs, in float32, padded to whole vectors.
struct Workspace {
  Workspace(const HeadLayout& layout, const TokenTree& tree)
      : layout(layout), width(round_up(layout.head_dim, kLanes)), root(tree.root.length) {
    std::int64_t longest = 0;
    for (const auto& leaf : tree.leaves) {
      longest = std::max(longest, leaf.length);
    }
    capacity = round_up(root + longest, kKeys);
  }

  HeadLayout layout;
  std::int64_t width;     // head_dim, padded
  std::int64_t root;      // keys of the root come first
  std::int64_t capacity;  // keys, padded
};

template <class T>
const T* head_of(const T* qkv, const HeadLayout& layout, std::int64_t token, std::int64_t head) {
  return qkv + token * layout.qkv_width() + head * layout.head_dim;
}

/// rows[at + i][d] for the segment's tokens.
template <class T>
void gather_rows(const T* qkv, const Workspace& w, const Segment& segment, std::int64_t head, std::int64_t at,
                 float* rows) {
  for (std::int64_t i = 0; i < segment.length; ++i) {
    const T* source = head_of(qkv, w.layout, segment.begin + i, head);
    float* target = rows + (at + i) * w.width;
    for (std::int64_t d = 0; d < w.layout.head_dim; ++d) {
      target[d] = to_float(source[d]);
    }
  }
}

/// columns[d][at + i]: transposed, so that products with one query run along keys.
template <class T>
void gather_columns(const T* qkv, const Workspace& w, const Segment& segment, std::int64_t head, std::int64_t at,
                    float* columns) {
  for (std::int64_t i = 0; i < segment.length; ++i) {
    const T* source = head_of(qkv, w.layout, segment.begin + i, head);
    for (std::int64_t d = 0; d < w.layout.head_dim; ++d) {
      columns[d * w.capacity + at + i] = to_float(source[d]);
    }
  }
}

template <class T>
void gather_queries(const T* base, std::int64_t row_width, std::int64_t first, std::int64_t count, std::int64_t head,
                    const Workspace& w, float factor, float* queries) {
  std::fill(queries, queries + kQueries * w.width, 0.0F);
  for (std::int64_t i = 0; i < count; ++i) {
    const T* source = base + (first + i) * row_width + head * w.layout.head_dim;
    for (std::int64_t d = 0; d < w.layout.head_dim; ++d) {
      queries[i * w.width + d] = to_float(source[d]) * factor;
    }
  }
}

/// products[q][j] = Σ_d queries[q][d] · columns[d][j] for the first `count` keys, rounded up to whole blocks.
void multiply_columns(const float* queries, const float* columns, const Workspace& w, std::int64_t count,
                      float* products) {
  for (std::int64_t j = 0; j < count; j += kKeys) {
    Lanes sums[kQueries][2] = {};
    for (std::int64_t d = 0; d < w.layout.head_dim; ++d) {
      const Lanes low = load(columns + d * w.capacity + j);
      const Lanes high = load(columns + d * w.capacity + j + kLanes);
      for (int q = 0; q < kQueries; ++q) {
        const Lanes x = splat(queries[q * w.width + d]);
        sums[q][0] += x * low;
        sums[q][1] += x * high;
      }
    }
    for (int q = 0; q < kQueries; ++q) {
      store(products + q * w.capacity + j, sums[q][0]);
      store(products + q * w.capacity + j + kLanes, sums[q][1]);
    }
  }
}

/// sums[q][d] = Σ_j weights[q][j] · rows[j][d] over `count` keys, `Blocks` vectors of d at a time.
template <int Blocks>
void multiply_rows_block(const float* weights, const float* rows, const Workspace& w, std::int64_t count,
                         std::int64_t d, float* results) {
  Lanes sums[kQueries][Blocks] = {};
  for (std::int64_t j = 0; j < count; ++j) {
    Lanes row[Blocks];
    for (int b = 0; b < Blocks; ++b) {
      row[b] = load(rows + j * w.width + d + b * kLanes);
    }
    for (int q = 0; q < kQueries; ++q) {
      const Lanes x = splat(weights[q * w.capacity + j]);
      for (int b = 0; b < Blocks; ++b) {
        sums[q][b] += x * row[b];
      }
    }
  }
  for (int q = 0; q < kQueries; ++q) {
    for (int b = 0; b < Blocks; ++b) {
      store(results + q * w.width + d + b * kLanes, sums[q][b]);
    }
  }
}

void multiply_rows(const float* weights, const float* rows, const Workspace& w, std::int64_t count, float* results) {
  std::int64_t d = 0;
  for (; d + 4 * kLanes <= w.width; d += 4 * kLanes) {
    multiply_rows_block<4>(weights, rows, w, count, d, results);
  }
  for (; d < w.width; d += kLanes) {
    multiply_rows_block<1>(weights, rows, w, count, d, results);
  }
}

/// rows[j][d] += Σ_q weights[q][j] · queries[q][d] over `count` keys.
void add_outer(const float* weights, const float* queries, const Workspace& w, std::int64_t count, float* rows) {
  for (std::int64_t d = 0; d < w.width; d += kLanes) {
    Lanes query[kQueries];
    for (int q = 0; q < kQueries; ++q) {
      query[q] = load(queries + q * w.width + d);
    }
    for (std::int64_t j = 0; j < count; ++j) {
      Lanes row = load(rows + j * w.width + d);
      for (int q = 0; q < kQueries; ++q) {
        row += splat(weights[q * w.capacity + j]) * query[q];
      }
      store(rows + j * w.width + d, row);
    }
  }
}

/// Scores of one query become probabilities over its `visible` keys, zero up to `padded`. Gives log Σ exp.
/// The buffer has room for `visible` rounded up to whole vectors.
float softmax(float* scores, std::int64_t visible, std::int64_t padded) {
  const float most = largest_of(scores, visible);
  const auto whole = round_up(visible, kLanes);
  std::fill(scores + visible, scores + whole, most - 1000.0F);
  Lanes totals{};
  for (std::int64_t j = 0; j < whole; j += kLanes) {
    const Lanes e = fast_exp(load(scores + j) - most);
    totals += e;
    store(scores + j, e);
  }
  const float total = sum(totals);
  const Lanes inverse = splat(1.0F / total);
  for (std::int64_t j = 0; j < whole; j += kLanes) {
    store(scores + j, load(scores + j) * inverse);
  }
  std::fill(scores + visible, scores + std::max(whole, padded), 0.0F);
  return most + std::log(total);
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
    const float scale = 1.0F / std::sqrt(static_cast<float>(layout.head_dim));
    gather_queries(qkv_, layout.qkv_width(), first, count, head, w_, scale, queries_.data());
    const std::int64_t keys = before + count;
    multiply_columns(queries_.data(), columns_.data(), w_, keys, scores_.data());
    for (std::int64_t q = 0; q < kQueries; ++q) {
      const std::int64_t visible = std::min(before + q + 1, keys);
      const float lse = softmax(scores_.data() + q * w_.capacity, visible, keys);
      if (q < count) {
        lse_[(first + q) * layout.heads + head] = lse;
      }
    }
    multiply_rows(scores_.data(), rows_.data(), w_, keys, results_.data());
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
    const float scale = 1.0F / std::sqrt(static_cast<float>(layout.head_dim));
    const std::int64_t keys = before + count;
    gather_queries(qkv_, layout.qkv_width(), first, count, head, w_, scale, queries_.data());
    gather_queries(grad_out_, layout.out_width(), first, count, head, w_, 1.0F, grads_.data());
    multiply_columns(queries_.data(), key_columns_.data(), w_, keys, probabilities_.data());
    multiply_columns(grads_.data(), value_columns_.data(), w_, keys, products_.data());
    for (std::int64_t q = 0; q < kQueries; ++q) {
      score_gradients(first + q, head, q < count ? before + q + 1 : 0, keys, q);
    }
    add_outer(probabilities_.data(), grads_.data(), w_, keys, grad_values_.data());
    add_outer(products_.data(), queries_.data(), w_, keys, grad_keys_.data());  // queries carry the scale already
    multiply_rows(products_.data(), key_rows_.data(), w_, keys, results_.data());
    for (std::int64_t q = 0; q < count; ++q) {
      T* target = grad_qkv_ + (first + q) * layout.qkv_width() + head * layout.head_dim;
      for (std::int64_t d = 0; d < layout.head_dim; ++d) {
        target[d] = from_float<T>(results_[static_cast<std::size_t>(q * w_.width + d)] * scale);
      }
    }
  }

  /// Of one query: scores become probabilities P, products dP become P·(dP − Σ P·dP), zero beyond the visible keys.
  void score_gradients(std::int64_t token, std::int64_t head, std::int64_t visible, std::int64_t keys, std::int64_t q) {
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
      for (std::int64_t j = 0; j < visible; ++j) {
        p[j] = fast_exp(p[j] - lse);
        products[j] = p[j] * (products[j] - delta);
      }
    }
    std::fill(p + visible, p + keys, 0.0F);
    std::fill(products + visible, products + keys, 0.0F);
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

template <class T>
float dot(const float* query, const T* key, std::int64_t n) {
  Lanes sums{};
  std::int64_t d = 0;
  for (; d + kLanes <= n; d += kLanes) {
    sums += load(query + d) * load(key + d);
  }
  float total = sum(sums);
  for (; d < n; ++d) {
    total += query[d] * to_float(key[d]);
  }
  return total;
}

/// Scores of one query against `count` keys that lie one after another, head_dim = 16 · Blocks.
template <int Blocks, class T>
void score_keys(const float* query, const T* keys, std::int64_t count, float* scores) {
  Lanes q[Blocks];
  for (int b = 0; b < Blocks; ++b) {
    q[b] = load(query + b * kLanes);
  }
  for (std::int64_t j = 0; j < count; ++j) {
    const T* key = keys + j * Blocks * kLanes;
    Lanes products = q[0] * load(key);
    for (int b = 1; b < Blocks; ++b) {
      products += q[b] * load(key + b * kLanes);
    }
    scores[j] = sum(products);
  }
}

/// result = Σ_j weights[j] · values[j], kept in registers, head_dim = 16 · Blocks.
template <int Blocks, class T>
void mix_values(const float* weights, const T* values, std::int64_t count, float* result) {
  Lanes even[Blocks] = {};
  Lanes odd[Blocks] = {};  // two chains, so that one addition need not wait for the last
  std::int64_t j = 0;
  for (; j + 2 <= count; j += 2) {
    const T* value = values + j * Blocks * kLanes;
    for (int b = 0; b < Blocks; ++b) {
      even[b] += splat(weights[j]) * load(value + b * kLanes);
      odd[b] += splat(weights[j + 1]) * load(value + (Blocks + b) * kLanes);
    }
  }
  for (; j < count; ++j) {
    for (int b = 0; b < Blocks; ++b) {
      even[b] += splat(weights[j]) * load(values + (j * Blocks + b) * kLanes);
    }
  }
  for (int b = 0; b < Blocks; ++b) {
    store(result + b * kLanes, even[b] + odd[b]);
  }
}

/// The same for any head_dim.
template <class T>
void score_keys(const float* query, const T* keys, std::int64_t count, std::int64_t n, float* scores) {
  switch (n) {
    case 2 * kLanes:
      return score_keys<2>(query, keys, count, scores);
    case 4 * kLanes:
      return score_keys<4>(query, keys, count, scores);
    case 8 * kLanes:
      return score_keys<8>(query, keys, count, scores);
    default:
      for (std::int64_t j = 0; j < count; ++j) {
        scores[j] = dot(query, keys + j * n, n);
      }
  }
}
template <class T>
void mix_values(const float* weights, const T* values, std::int64_t count, std::int64_t n, float* result) {
  switch (n) {
    case 2 * kLanes:
      return mix_values<2>(weights, values, count, result);
    case 4 * kLanes:
      return mix_values<4>(weights, values, count, result);
    case 8 * kLanes:
      return mix_values<8>(weights, values, count, result);
    default:
      std::fill(result, result + n, 0.0F);
      for (std::int64_t j = 0; j < count; ++j) {
        for (std::int64_t d = 0; d < n; ++d) {
          result[d] += weights[j] * to_float(values[j * n + d]);
        }
      }
  }
}

}  // namespace

template <class T>
void attend_tree(const T* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, T* out,
                 float* log_sum_exp) {
  Forward<T> forward(qkv, layout, tree, kv_head, out, log_sum_exp);
  forward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) {
    forward.segment(leaf, tree.root.length);
  }
}

template <class T>
void attend_tree_backward(const T* qkv, const T* out, const T* grad_out, const float* log_sum_exp,
                          const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, T* grad_qkv) {
  Backward<T> backward(qkv, out, grad_out, log_sum_exp, layout, tree, kv_head, grad_qkv);
  backward.segment(tree.root, 0);
  for (const auto& leaf : tree.leaves) {
    backward.segment(leaf, tree.root.length);
    backward.flush(leaf, tree.root.length);
  }
  backward.flush(tree.root, 0);
}

template <class T>
void store_keys_values(const T* qkv, const std::int64_t* slots, const std::int64_t* positions, const HeadLayout& layout,
                       std::int64_t capacity, std::int64_t begin, std::int64_t end, T* keys, T* values) {
  const std::int64_t n = layout.head_dim;
  for (std::int64_t row = begin; row < end; ++row) {
    for (std::int64_t head = 0; head < layout.kv_heads; ++head) {
      const std::int64_t place = ((slots[row] * layout.kv_heads + head) * capacity + positions[row]) * n;
      const T* key = head_of(qkv, layout, row, layout.heads + head);
      const T* value = head_of(qkv, layout, row, layout.heads + layout.kv_heads + head);
      std::copy(key, key + n, keys + place);
      std::copy(value, value + n, values + place);
    }
  }
}

template <class T>
void attend_slots(const T* qkv, const T* keys, const T* values, const std::int64_t* slots,
                  const std::int64_t* positions, const HeadLayout& layout, std::int64_t capacity, std::int64_t begin,
                  std::int64_t end, T* out) {
  const std::int64_t n = layout.head_dim;
  const float scale = 1.0F / std::sqrt(static_cast<float>(n));
  std::vector<float> query(static_cast<std::size_t>(n)), result(query.size()),
      scores(static_cast<std::size_t>(round_up(capacity, kLanes)));
  for (std::int64_t row = begin; row < end; ++row) {
    const std::int64_t visible = positions[row] + 1;
    for (std::int64_t head = 0; head < layout.heads; ++head) {
      const std::int64_t place = (slots[row] * layout.kv_heads + head / layout.group()) * capacity * n;
      const T* source = head_of(qkv, layout, row, head);
      for (std::int64_t d = 0; d < n; ++d) {
        query[static_cast<std::size_t>(d)] = to_float(source[d]) * scale;
      }
      score_keys(query.data(), keys + place, visible, n, scores.data());
      softmax(scores.data(), visible, visible);
      mix_values(scores.data(), values + place, visible, n, result.data());
      T* target = out + row * layout.out_width() + head * n;
      for (std::int64_t d = 0; d < n; ++d) {
        target[d] = from_float<T>(result[static_cast<std::size_t>(d)]);
      }
    }
  }
}

#define HONE_INSTANTIATE(T)                                                                                 \
  template void attend_tree<T>(const T*, const HeadLayout&, const TokenTree&, std::int64_t, T*, float*);    \
  template void attend_tree_backward<T>(const T*, const T*, const T*, const float*, const HeadLayout&,      \
                                        const TokenTree&, std::int64_t, T*);                                \
  template void store_keys_values<T>(const T*, const std::int64_t*, const std::int64_t*, const HeadLayout&, \
                                     std::int64_t, std::int64_t, std::int64_t, T*, T*);                     \
  template void attend_slots<T>(const T*, const T*, const T*, const std::int64_t*, const std::int64_t*,     \
                                const HeadLayout&, std::int64_t, std::int64_t, std::int64_t, T*);
HONE_INSTANTIATE(float)
HONE_INSTANTIATE(BFloat16)
#undef HONE_INSTANTIATE

}  // namespace hone::policies::kernels
