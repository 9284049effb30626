#include "policies/kv_cache.h"

#include <ATen/ATen.h>

#include <cstring>

#include "policies/kernel_call.h"

namespace hone::policies {

KvCache::KvCache(std::int64_t layers, std::int64_t slot_count, std::int64_t slot_capacity,
                 const kernels::HeadLayout& head_layout, const at::TensorOptions& options)
    : heads(head_layout), slots(slot_count), capacity(slot_capacity) {
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    // Zeros, not empty: a NaN in a place that is masked would still spread through 0 · NaN off the CPU path.
    keys.push_back(at::zeros({slots, heads.kv_heads, capacity, heads.head_dim}, options));
    values.push_back(at::zeros({slots, heads.kv_heads, capacity, heads.head_dim}, options));
  }
}

void KvCache::copy_slot(std::int64_t from, at::IntArrayRef to, std::int64_t length) {
  if (to.empty()) {
    return;
  }
  const auto targets = at::tensor(to, at::kLong).to(keys.front().device());
  for (auto* side : {&keys, &values}) {
    for (auto& tensor : *side) {
      const auto source = tensor.select(0, from).narrow(1, 0, length).unsqueeze(0);
      if (!has_kernel(tensor)) {
        tensor.narrow(2, 0, length).index_copy_(0, targets, source.expand({targets.size(0), -1, -1, -1}));
        continue;
      }
      // A piece is a few kilobytes: copying it costs less than a call of libtorch's.
      const auto head_bytes = capacity * heads.head_dim * static_cast<std::int64_t>(tensor.element_size());
      const auto slot_bytes = heads.kv_heads * head_bytes;
      const auto bytes = static_cast<std::size_t>(length * heads.head_dim) * tensor.element_size();
      auto* base = static_cast<char*>(tensor.data_ptr());
      for (const auto target : to) {
        for (std::int64_t head = 0; head < heads.kv_heads; ++head) {
          std::memcpy(base + target * slot_bytes + head * head_bytes, base + from * slot_bytes + head * head_bytes,
                      bytes);
        }
      }
    }
  }
}

}  // namespace hone::policies
