#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "policies/kernels/attention.h"
#include "policies/kernels/pairs.h"
#include "policies/kernels/softmax.h"

// What tree attention in bfloat16 is made of: one head's keys, values and a block of queries laid out for products of
// tiles, and the product. Sums are float32; probabilities and the gradients of scores are rounded to bfloat16 before
// they are multiplied, as in FlashAttention (Dao et al., 2205.14135).
namespace hone::policies::kernels {

constexpr std::int64_t kBlock = 32;  // queries handled together, and what keys are padded to

/// Sizes of everything that one (tree, key-value head) needs.
struct PairSpace {
  PairSpace(const HeadLayout& head_layout, const TokenTree& tree)
      : layout(head_layout), width(round_up(layout.head_dim, kBlock)) {
    std::int64_t longest = 0;
    for (const auto& leaf : tree.leaves) longest = std::max(longest, leaf.length);
    capacity = round_up(tree.root.length + longest, kBlock) + kBlock;  // a block may end behind the last key
  }

  /// Where the block of keys begins that holds the first one visible to the query at position `before`.
  [[nodiscard]] std::int64_t first_block(std::int64_t before) const {
    return layout.first_visible(before) / kBlock * kBlock;
  }
  [[nodiscard]] std::size_t columns_size() const { return static_cast<std::size_t>(layout.head_dim * capacity); }
  [[nodiscard]] std::size_t rows_size() const { return static_cast<std::size_t>(capacity * width); }
  [[nodiscard]] std::size_t block_size() const { return static_cast<std::size_t>(kBlock * capacity); }

  HeadLayout layout;
  std::int64_t width;         // head_dim, padded
  std::int64_t capacity = 0;  // keys, padded
};

/// A right factor [head_dim, keys]: columns[d / 2][at + i] = the numbers d and d + 1 of token i, as a pair.
inline void gather_columns(const BFloat16* qkv, const PairSpace& space, const Segment& segment, std::int64_t head,
                           std::int64_t at, BFloat16* columns) {
  for (std::int64_t i = 0; i < segment.length; ++i) {
    const BFloat16* source = head_of(qkv, space.layout, segment.begin + i, head);
    for (std::int64_t d = 0; d < space.layout.head_dim; d += 2) {
      std::memcpy(columns + d * space.capacity + 2 * (at + i), source + d, 2 * sizeof(BFloat16));
    }
  }
}

/// A right factor [tokens, width]: rows[(at + i) / 2][d] = the number d of two tokens that follow each other, as a
/// pair.
inline void gather_row(const BFloat16* source, const PairSpace& space, std::int64_t at, BFloat16* rows) {
  BFloat16* target = rows + at / 2 * space.width * 2 + at % 2;
  for (std::int64_t d = 0; d < space.layout.head_dim; ++d) target[2 * d] = source[d];
}

inline void gather_rows(const BFloat16* qkv, const PairSpace& space, const Segment& segment, std::int64_t head,
                        std::int64_t at, BFloat16* rows) {
  for (std::int64_t i = 0; i < segment.length; ++i) {
    gather_row(head_of(qkv, space.layout, segment.begin + i, head), space, at + i, rows);
  }
}

/// A left factor [kBlock, head_dim] of `count` tokens' numbers, zeros behind them.
inline void gather_block(const BFloat16* base, std::int64_t row_width, std::int64_t first, std::int64_t count,
                         std::int64_t head, const PairSpace& space, BFloat16* block) {
  const auto n = space.layout.head_dim;
  for (std::int64_t q = 0; q < count; ++q) {
    std::copy_n(base + (first + q) * row_width + head * n, n, block + q * n);
  }
  std::fill(block + count * n, block + kBlock * n, BFloat16{0});
}

/// c = a · b, or c += a · b; the product where the caller has no faster one.
///   a [m, k] rows of lda; b [k / 2, n] pairs of rows, each of ldb pairs; c [m, n] rows of ldc; n a multiple of 32
inline void pair_product(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t lda, std::int64_t ldb,
                         std::int64_t ldc, Accumulate accumulate, const BFloat16* a, const BFloat16* b, float* c) {
  constexpr int kRows = 8;
  for (std::int64_t i = 0; i < m; i += kRows) {
    for (std::int64_t j = 0; j < n; j += 2 * kLanes) {
      Lanes sums[kRows][2] = {};
      for (std::int64_t l = 0; l < k; l += 2) {
        const Pairs low = load_pairs(b + (l / 2 * ldb + j) * 2);
        const Pairs high = load_pairs(b + (l / 2 * ldb + j + kLanes) * 2);
        for (int r = 0; r < kRows; ++r) {
          std::uint32_t pair = 0;
          std::memcpy(&pair, a + (i + r) * lda + l, sizeof pair);
          sums[r][0] = add_products(sums[r][0], splat_pair(pair), low);
          sums[r][1] = add_products(sums[r][1], splat_pair(pair), high);
        }
      }
      for (int r = 0; r < kRows; ++r) {
        for (int half = 0; half < 2; ++half) {
          float* target = c + (i + r) * ldc + j + half * kLanes;
          store(target, accumulate == Accumulate::kYes ? load(target) + sums[r][half] : sums[r][half]);
        }
      }
    }
  }
}

/// out[i] = lane i of all sixteen vectors.
inline void transpose(Pairs (&v)[kLanes]) {
  using Order = std::int32_t __attribute__((vector_size(64)));
  constexpr Order kOf8 = {0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23};
  constexpr Order kOf4 = {0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27};
  constexpr Order kOf2 = {0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29};
  constexpr Order kOf1 = {0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30};
  const auto exchange = [&v](int distance, Order order) {
    for (int i = 0; i < kLanes; ++i) {
      if ((i & distance) != 0) continue;
      const Pairs a = v[i], b = v[i + distance];
      v[i] = __builtin_shuffle(a, b, order);
      v[i + distance] = __builtin_shuffle(a, b, order + distance);
    }
  };
  exchange(8, kOf8);
  exchange(4, kOf4);
  exchange(2, kOf2);
  exchange(1, kOf1);
}

/// A left factor [keys, kBlock] out of values [kBlock, keys]: turned round and rounded.
inline void turn(const float* values, const PairSpace& space, std::int64_t keys, BFloat16* turned) {
  for (std::int64_t j = 0; j < keys; j += kLanes) {
    Pairs tile[kLanes];
    for (int q = 0; q < kLanes; ++q) {
      const float* row = values + 2 * q * space.capacity + j;
      tile[q] = make_pairs(load(row), load(row + space.capacity));
    }
    transpose(tile);
    for (int i = 0; i < kLanes; ++i) std::memcpy(turned + (j + i) * kBlock, &tile[i], sizeof tile[i]);
  }
}

}  // namespace hone::policies::kernels
