#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "policies/kernels/attention.h"
#include "policies/kernels/pairs.h"
#include "policies/kernels/softmax.h"

namespace hone::policies::kernels {
namespace {

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

namespace {

/// One row's heads one after another, each with its own pass over its keys and values.
template <class T>
class PlainRow {
 public:
  PlainRow(const HeadLayout& layout, std::int64_t capacity)
      : layout_(layout),
        query_(static_cast<std::size_t>(layout.head_dim)),
        result_(query_.size()),
        scores_(static_cast<std::size_t>(round_up(capacity, kLanes))) {}

  void attend(const T* qkv, std::int64_t kv_head, const T* keys, const T* values, std::int64_t visible, T* out) {
    const std::int64_t n = layout_.head_dim;
    for (std::int64_t head = kv_head * layout_.group(); head < (kv_head + 1) * layout_.group(); ++head) {
      for (std::int64_t d = 0; d < n; ++d) {
        query_[static_cast<std::size_t>(d)] = to_float(qkv[head * n + d]) * layout_.scale();
      }
      score_keys(query_.data(), keys, visible, n, scores_.data());
      softmax(scores_.data(), 0, visible, visible);
      mix_values(scores_.data(), values, visible, n, result_.data());
      for (std::int64_t d = 0; d < n; ++d) {
        out[head * n + d] = from_float<T>(result_[static_cast<std::size_t>(d)]);
      }
    }
  }

 private:
  const HeadLayout& layout_;
  std::vector<float> query_, result_, scores_;
};

/// In bfloat16, the heads that share keys and values go over them together. Words = head_dim / 32.
template <int Words>
class GroupedRow {
 public:
  static constexpr std::int64_t kHeadDim = Words * kPairNumbers;
  static constexpr int kTogether = Words <= 2 ? 3 : Words <= 4 ? 2 : 1;  // heads whose sums fit in registers

  GroupedRow(const HeadLayout& layout, std::int64_t capacity)
      : layout_(layout),
        stride_(round_up(capacity, kLanes) + kLanes),
        scores_(static_cast<std::size_t>(layout.group() * stride_)) {}

  void attend(const BFloat16* qkv, std::int64_t kv_head, const BFloat16* keys, const BFloat16* values,
              std::int64_t visible, BFloat16* out) {
    const std::int64_t first = kv_head * layout_.group();
    for (std::int64_t k = 0; k < layout_.group(); ++k) {
      score(qkv + (first + k) * kHeadDim, keys, visible, scores_.data() + k * stride_);
      softmax(scores_.data() + k * stride_, 0, visible, visible);
    }
    std::int64_t k = 0;
    for (; k + kTogether <= layout_.group(); k += kTogether) {
      mix<kTogether>(k, values, visible, out + (first + k) * kHeadDim);
    }
    for (; k < layout_.group(); ++k) mix<1>(k, values, visible, out + (first + k) * kHeadDim);
  }

 private:
  static Lanes product(const Pairs (&query)[Words], const BFloat16* key) {
    Lanes sums{};
    for (int w = 0; w < Words; ++w) sums = add_products(sums, query[w], load_pairs(key + w * kPairNumbers));
    return sums;
  }

  void score(const BFloat16* source, const BFloat16* keys, std::int64_t visible, float* scores) const {
    const float scale = layout_.scale();
    Pairs query[Words];
    for (int w = 0; w < Words; ++w) query[w] = load_pairs(source + w * kPairNumbers);
    std::int64_t j = 0;
    for (; j + kLanes <= visible; j += kLanes) {
      Lanes products[kLanes];
      for (int i = 0; i < kLanes; ++i) products[i] = product(query, keys + (j + i) * kHeadDim);
      store(scores + j, sums_of(products) * scale);
    }
    for (; j < visible; ++j) scores[j] = sum(product(query, keys + j * kHeadDim)) * scale;
  }

  /// out[q][d] = Σ_j scores[q][j] · values[j][d] for `Heads` queries, the sums in registers.
  template <int Heads>
  void mix(std::int64_t first, const BFloat16* values, std::int64_t visible, BFloat16* out) const {
    const float* weights = scores_.data() + first * stride_;
    Lanes even[Heads][Words] = {}, odd[Heads][Words] = {};
    for (std::int64_t j = 0; j < visible; ++j) {
      for (int w = 0; w < Words; ++w) {
        const Pairs value = load_pairs(values + j * kHeadDim + w * kPairNumbers);
        const Lanes low = firsts(value), high = seconds(value);
        for (int q = 0; q < Heads; ++q) {
          const Lanes weight = splat(weights[q * stride_ + j]);
          even[q][w] += weight * low;
          odd[q][w] += weight * high;
        }
      }
    }
    for (int q = 0; q < Heads; ++q) {
      for (int w = 0; w < Words; ++w) {
        const Pairs rounded = make_pairs(even[q][w], odd[q][w]);
        std::memcpy(out + q * kHeadDim + w * kPairNumbers, &rounded, sizeof rounded);
      }
    }
  }

  const HeadLayout& layout_;
  std::int64_t stride_;
  std::vector<float> scores_;
};

template <class T, class Row>
void attend_rows(Row row_kernel, const T* qkv, const T* keys, const T* values, const std::int64_t* slots,
                 const std::int64_t* positions, const HeadLayout& layout, std::int64_t capacity, std::int64_t begin,
                 std::int64_t end, T* out) {
  for (std::int64_t row = begin; row < end; ++row) {
    const std::int64_t first = layout.first_visible(positions[row]);
    const std::int64_t visible = positions[row] + 1 - first;
    for (std::int64_t head = 0; head < layout.kv_heads; ++head) {
      const std::int64_t place = ((slots[row] * layout.kv_heads + head) * capacity + first) * layout.head_dim;
      row_kernel.attend(qkv + row * layout.qkv_width(), head, keys + place, values + place, visible,
                        out + row * layout.out_width());
    }
  }
}

}  // namespace

template <class T>
void attend_slots(const T* qkv, const T* keys, const T* values, const std::int64_t* slots,
                  const std::int64_t* positions, const HeadLayout& layout, std::int64_t capacity, std::int64_t begin,
                  std::int64_t end, T* out) {
  const auto with = [&](auto row_kernel) {
    attend_rows<T>(std::move(row_kernel), qkv, keys, values, slots, positions, layout, capacity, begin, end, out);
  };
  if constexpr (std::is_same_v<T, BFloat16>) {
    switch (layout.head_dim) {
      case 2 * kPairNumbers:
        return with(GroupedRow<2>(layout, capacity));
      case 4 * kPairNumbers:
        return with(GroupedRow<4>(layout, capacity));
      case 8 * kPairNumbers:
        return with(GroupedRow<8>(layout, capacity));
      default:
        break;
    }
  }
  with(PlainRow<T>(layout, capacity));
}

#define HONE_INSTANTIATE(T)                                                                                 \
  template void store_keys_values<T>(const T*, const std::int64_t*, const std::int64_t*, const HeadLayout&, \
                                     std::int64_t, std::int64_t, std::int64_t, T*, T*);                     \
  template void attend_slots<T>(const T*, const T*, const T*, const std::int64_t*, const std::int64_t*,     \
                                const HeadLayout&, std::int64_t, std::int64_t, std::int64_t, T*);
HONE_INSTANTIATE(float)
HONE_INSTANTIATE(BFloat16)
#undef HONE_INSTANTIATE

}  // namespace hone::policies::kernels
