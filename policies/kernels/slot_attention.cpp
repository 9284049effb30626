#include <algorithm>
#include <vector>

#include "policies/kernels/attention.h"
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

template <class T>
void attend_slots(const T* qkv, const T* keys, const T* values, const std::int64_t* slots,
                  const std::int64_t* positions, const HeadLayout& layout, std::int64_t capacity, std::int64_t begin,
                  std::int64_t end, T* out) {
  const std::int64_t n = layout.head_dim;
  const float scale = layout.scale();
  std::vector<float> query(static_cast<std::size_t>(n)), result(query.size()),
      scores(static_cast<std::size_t>(round_up(capacity, kLanes)));
  for (std::int64_t row = begin; row < end; ++row) {
    const std::int64_t first = layout.first_visible(positions[row]);
    const std::int64_t visible = positions[row] + 1 - first;
    for (std::int64_t head = 0; head < layout.heads; ++head) {
      const std::int64_t place = (slots[row] * layout.kv_heads + head / layout.group()) * capacity * n + first * n;
      const T* source = head_of(qkv, layout, row, head);
      for (std::int64_t d = 0; d < n; ++d) {
        query[static_cast<std::size_t>(d)] = to_float(source[d]) * scale;
      }
      score_keys(query.data(), keys + place, visible, n, scores.data());
      softmax(scores.data(), 0, visible, visible);
      mix_values(scores.data(), values + place, visible, n, result.data());
      T* target = out + row * layout.out_width() + head * n;
      for (std::int64_t d = 0; d < n; ++d) {
        target[d] = from_float<T>(result[static_cast<std::size_t>(d)]);
      }
    }
  }
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
