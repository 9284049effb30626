#pragma once

#include <cstdint>

#include "policies/kernels/attention.h"

// A weight's gradient, Σ over tokens of grad[token]ᵀ · x[token], in blocks that stay in the cache: with the tokens as
// the inner axis of a product, both factors lie the wrong way round for it, and a library that turns them as a whole
// spends most of its time on that.
namespace hone::policies::kernels {

struct OuterProducts {
  std::int64_t tokens = 0;
  std::int64_t out = 0;  // width of grad, a row of the sum for each
  std::int64_t in = 0;   // width of x
  [[nodiscard]] std::int64_t padded_tokens() const { return (tokens + kTokens - 1) / kTokens * kTokens; }
  static constexpr std::int64_t kTokens = 32;  // what tokens are padded to, with zeros
  static constexpr std::int64_t kRows = 64;    // rows of the sum that one block has: two cache lines of a row of grad
};

/// x laid out as a right factor: packed[token / 2][column] = a pair of tokens' numbers.   packed [padded_tokens · in]
/// For tokens [begin, end) in units of kTokens.
void pack_tokens(const OuterProducts& shape, const BFloat16* x, std::int64_t begin, std::int64_t end, BFloat16* packed);

/// sum = gradᵀ · x, or sum += …, for blocks [begin, end) of kRows rows.
///   grad [tokens, out], packed from pack_tokens, sum [out, in]
void add_outer_products(const OuterProducts& shape, const BFloat16* grad, const BFloat16* packed, TileProduct product,
                        Accumulate accumulate, std::int64_t begin, std::int64_t end, float* sum);

}  // namespace hone::policies::kernels
