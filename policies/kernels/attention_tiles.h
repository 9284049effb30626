#pragma once

#include <algorithm>
#include <cstdint>

#include "policies/kernels/attention.h"
#include "policies/kernels/softmax.h"

// What tree attention is made of: a head's keys, values and a few queries in float32, and their products.
namespace hone::policies::kernels {

constexpr int kQueries = 4;        // queries handled together: their sums stay in registers
constexpr int kKeys = 2 * kLanes;  // keys handled together

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
inline void multiply_columns(const float* queries, const float* columns, const Workspace& w, std::int64_t count,
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

inline void multiply_rows(const float* weights, const float* rows, const Workspace& w, std::int64_t count,
                          float* results) {
  std::int64_t d = 0;
  for (; d + 4 * kLanes <= w.width; d += 4 * kLanes) {
    multiply_rows_block<4>(weights, rows, w, count, d, results);
  }
  for (; d < w.width; d += kLanes) {
    multiply_rows_block<1>(weights, rows, w, count, d, results);
  }
}

/// rows[j][d] += Σ_q weights[q][j] · queries[q][d] over `count` keys.
inline void add_outer(const float* weights, const float* queries, const Workspace& w, std::int64_t count, float* rows) {
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

}  // namespace hone::policies::kernels
