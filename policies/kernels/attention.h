#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "policies/kernels/scalar.h"
#include "policies/packing.h"

// Causal attention for the CPU, arithmetic in float32. A row of qkv holds heads query heads, then kv_heads key heads,
// then kv_heads value heads, of head_dim each, keys and queries already rotated. T is float or BFloat16.
namespace hone::policies::kernels {

struct HeadLayout {
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t window = 0;    // a token sees itself and the window - 1 before it; 0: all before it
  double query_scalar = 0.0;  // scores are divided by its root; 0: head_dim

  [[nodiscard]] float scale() const {
    return static_cast<float>(1.0 / std::sqrt(query_scalar > 0.0 ? query_scalar : static_cast<double>(head_dim)));
  }
  /// The first position that the token at `position` sees.
  [[nodiscard]] std::int64_t first_visible(std::int64_t position) const {
    return window > 0 ? std::max<std::int64_t>(0, position + 1 - window) : 0;
  }
  [[nodiscard]] std::int64_t group() const { return heads / kv_heads; }
  [[nodiscard]] std::int64_t qkv_width() const { return (heads + 2 * kv_heads) * head_dim; }
  [[nodiscard]] std::int64_t out_width() const { return heads * head_dim; }
};

/// Where a head of a token's row of qkv begins.
template <class T>
const T* head_of(const T* qkv, const HeadLayout& layout, std::int64_t token, std::int64_t head) {
  return qkv + token * layout.qkv_width() + head * layout.head_dim;
}

enum class Accumulate { kNo, kYes };

/// c = a · b, or c += a · b, in float32 of bfloat16 numbers.
///   a [m, k] rows of lda; b [k / 2, n] pairs of rows, each of ldb pairs; c [m, n] rows of ldc
using TileProduct = void (*)(std::int64_t m, std::int64_t n, std::int64_t k, std::int64_t lda, std::int64_t ldb,
                             std::int64_t ldc, Accumulate accumulate, const BFloat16* a, const BFloat16* b, float* c);

/// One tree, one key-value head. In bfloat16 it goes through `product`, or where that is null through one of its own.
///   qkv [tokens, qkv_width], out [tokens, out_width], log_sum_exp [tokens, heads]
template <class T>
void attend_tree(const T* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
                 TileProduct product, T* out, float* log_sum_exp);

/// Gradients of the same; writes this key-value head's columns of grad_qkv [tokens, qkv_width].
template <class T>
void attend_tree_backward(const T* qkv, const T* out, const T* grad_out, const float* log_sum_exp,
                          const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head, TileProduct product,
                          T* grad_qkv);

template <>
void attend_tree<BFloat16>(const BFloat16* qkv, const HeadLayout& layout, const TokenTree& tree, std::int64_t kv_head,
                           TileProduct product, BFloat16* out, float* log_sum_exp);
template <>
void attend_tree_backward<BFloat16>(const BFloat16* qkv, const BFloat16* out, const BFloat16* grad_out,
                                    const float* log_sum_exp, const HeadLayout& layout, const TokenTree& tree,
                                    std::int64_t kv_head, TileProduct product, BFloat16* grad_qkv);

/// Keys and values of rows [begin, end) go to their place in the cache, [slots, kv_heads, capacity, head_dim] each.
template <class T>
void store_keys_values(const T* qkv, const std::int64_t* slots, const std::int64_t* positions, const HeadLayout& layout,
                       std::int64_t capacity, std::int64_t begin, std::int64_t end, T* keys, T* values);

/// One new token a row against its slot, which already holds it at its position.
///   qkv [rows, qkv_width], out [rows, out_width]
template <class T>
void attend_slots(const T* qkv, const T* keys, const T* values, const std::int64_t* slots,
                  const std::int64_t* positions, const HeadLayout& layout, std::int64_t capacity, std::int64_t begin,
                  std::int64_t end, T* out);

}  // namespace hone::policies::kernels
