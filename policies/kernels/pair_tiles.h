#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "policies/kernels/attention.h"
#include "policies/kernels/pairs.h"
#include "policies/kernels/softmax.h"

// What tree attention in bfloat16 is made of: one head's keys, values and a few queries as pairs of numbers, and their
// products. Sums are float32; probabilities and the gradients of scores are rounded to bfloat16 before they are
// multiplied, as in FlashAttention (Dao et al., 2205.14135).
namespace hone::policies::kernels {

constexpr int kPairQueries = 8;        // queries handled together
constexpr int kPairKeys = 2 * kLanes;  // keys handled together

/// Sizes of everything that one (tree, key-value head) needs.
struct PairSpace {
  PairSpace(const HeadLayout& layout, const TokenTree& tree)
      : layout(layout), width(round_up(layout.head_dim, 2 * kLanes)), root(tree.root.length) {
    std::int64_t longest = 0;
    for (const auto& leaf : tree.leaves) longest = std::max(longest, leaf.length);
    capacity = round_up(root + longest, kPairKeys);
  }

  [[nodiscard]] std::int64_t words() const { return layout.head_dim / 2; }
  [[nodiscard]] std::size_t columns_size() const { return static_cast<std::size_t>(words() * capacity); }
  [[nodiscard]] std::size_t rows_size() const { return static_cast<std::size_t>(capacity * width); }
  /// Where the block of keys begins that holds the first one visible to the query at position `before`.
  [[nodiscard]] std::int64_t first_block(std::int64_t before) const {
    return layout.first_visible(before) / kPairKeys * kPairKeys;
  }

  HeadLayout layout;
  std::int64_t width;     // head_dim, padded
  std::int64_t root;      // keys of the root come first
  std::int64_t capacity;  // keys, padded
};

/// columns[w][at + i] = the w-th pair of numbers of token i: products with one query run along keys.
inline void gather_pair_columns(const BFloat16* qkv, const PairSpace& space, const Segment& segment, std::int64_t head,
                                std::int64_t at, std::uint32_t* columns) {
  for (std::int64_t i = 0; i < segment.length; ++i) {
    const BFloat16* source = head_of(qkv, space.layout, segment.begin + i, head);
    for (std::int64_t w = 0; w < space.words(); ++w) {
      columns[w * space.capacity + at + i] = pair_of(source[2 * w], source[2 * w + 1]);
    }
  }
}

/// rows[(at + i) / 2][d] = the number d of two tokens that follow each other, as a pair: sums over keys take two at
/// once.
inline void gather_pair_rows(const BFloat16* qkv, const PairSpace& space, const Segment& segment, std::int64_t head,
                             std::int64_t at, BFloat16* rows) {
  for (std::int64_t i = 0; i < segment.length; ++i) {
    const BFloat16* source = head_of(qkv, space.layout, segment.begin + i, head);
    BFloat16* target = rows + (at + i) / 2 * space.width * 2 + (at + i) % 2;
    for (std::int64_t d = 0; d < space.layout.head_dim; ++d) target[2 * d] = source[d];
  }
}

/// One head's numbers of a few tokens, twice: queries[q][w] as pairs along d, and crossed[q / 2][d] as pairs of tokens.
struct PairQueries {
  explicit PairQueries(const PairSpace& space)
      : along(static_cast<std::size_t>(kPairQueries * space.words())),
        crossed(static_cast<std::size_t>(kPairQueries / 2 * space.width)) {}

  void gather(const BFloat16* base, std::int64_t row_width, std::int64_t first, std::int64_t count, std::int64_t head,
              const PairSpace& space) {
    std::fill(along.begin(), along.end(), 0U);
    std::fill(crossed.begin(), crossed.end(), 0U);
    for (std::int64_t q = 0; q < count; ++q) {
      const BFloat16* source = base + (first + q) * row_width + head * space.layout.head_dim;
      for (std::int64_t w = 0; w < space.words(); ++w) {
        along[static_cast<std::size_t>(q * space.words() + w)] = pair_of(source[2 * w], source[2 * w + 1]);
      }
      auto* target = reinterpret_cast<BFloat16*>(crossed.data() + q / 2 * space.width) + q % 2;
      for (std::int64_t d = 0; d < space.layout.head_dim; ++d) target[2 * d] = source[d];
    }
  }

  std::vector<std::uint32_t> along, crossed;
};

/// products[q][j] = scale · Σ_d queries[q][d] · keys[j][d] for the first `count` keys, rounded up to whole blocks.
inline void multiply_pair_columns(const std::uint32_t* queries, const std::uint32_t* columns, const PairSpace& space,
                                  std::int64_t count, float scale, float* products) {
  const auto words = space.words();
  for (std::int64_t j = 0; j < count; j += kPairKeys) {
    Lanes sums[kPairQueries][2] = {};
    for (std::int64_t w = 0; w < words; ++w) {
      const Pairs low = load_pairs(columns + w * space.capacity + j);
      const Pairs high = load_pairs(columns + w * space.capacity + j + kLanes);
      for (int q = 0; q < kPairQueries; ++q) {
        const Pairs query = splat_pair(queries[q * words + w]);
        sums[q][0] = add_products(sums[q][0], query, low);
        sums[q][1] = add_products(sums[q][1], query, high);
      }
    }
    for (int q = 0; q < kPairQueries; ++q) {
      store(products + q * space.capacity + j, sums[q][0] * scale);
      store(products + q * space.capacity + j + kLanes, sums[q][1] * scale);
    }
  }
}

/// results[q][d] = Σ_j weights[q][j] · rows[j][d] over `count` keys.   weights [queries, capacity] bfloat16
inline void multiply_pair_rows(const BFloat16* weights, const BFloat16* rows, const PairSpace& space,
                               std::int64_t count, float* results) {
  for (std::int64_t d = 0; d < space.width; d += 2 * kLanes) {
    Lanes sums[kPairQueries][2] = {};
    for (std::int64_t j = 0; j < count; j += 2) {
      const Pairs low = load_pairs(rows + (j / 2 * space.width + d) * 2);
      const Pairs high = load_pairs(rows + (j / 2 * space.width + d + kLanes) * 2);
      for (int q = 0; q < kPairQueries; ++q) {
        std::uint32_t pair = 0;
        std::memcpy(&pair, weights + q * space.capacity + j, sizeof pair);
        const Pairs weight = splat_pair(pair);
        sums[q][0] = add_products(sums[q][0], weight, low);
        sums[q][1] = add_products(sums[q][1], weight, high);
      }
    }
    for (int q = 0; q < kPairQueries; ++q) {
      store(results + q * space.width + d, sums[q][0]);
      store(results + q * space.width + d + kLanes, sums[q][1]);
    }
  }
}

/// rows[j][d] += Σ_q weights[q][j] · queries[q][d] over `count` keys.   crossed weights [queries / 2, capacity]
inline void add_pair_outer(const std::uint32_t* weights, const std::uint32_t* queries, const PairSpace& space,
                           std::int64_t count, float* rows) {
  constexpr int kCrossed = kPairQueries / 2;
  for (std::int64_t d = 0; d < space.width; d += 2 * kLanes) {
    Pairs low[kCrossed], high[kCrossed];
    for (int q = 0; q < kCrossed; ++q) {
      low[q] = load_pairs(queries + q * space.width + d);
      high[q] = load_pairs(queries + q * space.width + d + kLanes);
    }
    for (std::int64_t j = 0; j < count; ++j) {
      float* row = rows + j * space.width + d;
      Lanes first = load(row), second = load(row + kLanes);
      for (int q = 0; q < kCrossed; ++q) {
        const Pairs weight = splat_pair(weights[q * space.capacity + j]);
        first = add_products(first, weight, low[q]);
        second = add_products(second, weight, high[q]);
      }
      store(row, first);
      store(row + kLanes, second);
    }
  }
}

}  // namespace hone::policies::kernels
