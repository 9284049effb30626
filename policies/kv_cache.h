#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "policies/kernels/attention.h"

namespace hone::policies {

/// Keys and values of running sequences, preallocated.   keys[layer], values[layer] [slots, kv_heads, capacity,
/// head_dim]
struct KvCache {
  KvCache(std::int64_t layers, std::int64_t slots, std::int64_t capacity, const kernels::HeadLayout& heads,
          const at::TensorOptions& options);
  /// Positions 0..length-1 of slot `from` are copied to each slot of `to`, in every layer.
  void copy_slot(std::int64_t from, at::IntArrayRef to, std::int64_t length);

  kernels::HeadLayout heads;
  std::int64_t slots;
  std::int64_t capacity;
  std::vector<at::Tensor> keys;
  std::vector<at::Tensor> values;
};

}  // namespace hone::policies
