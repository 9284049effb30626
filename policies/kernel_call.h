#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include "core/error.h"
#include "policies/kernels/scalar.h"
#include "policies/reference_path.h"

// The bridge from tensors to the plain CPU kernels. Each operation of the decoder that has one asks `has_kernel` once
// and otherwise is written in ATen calls, which serve every other device, `meta` included. Where ATen has two calls for
// one thing, it is the one that libtorch runs on meta: index for index_select, masked_fill for where, index_copy_ for
// index_put_, bitwise operators for logical ones. Only .cpp files include it.
namespace hone::policies {

inline bool has_kernel(const at::Tensor& tensor) {
  return tensor.device().is_cpu() && !ReferencePath::is_active();
}

/// Calls f with a value of the kernels' scalar type for the tensor's dtype.
template <class Function>
void with_scalar(const at::Tensor& tensor, Function&& f) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      f(float{});
      return;
    case at::kBFloat16:
      f(kernels::BFloat16{});
      return;
    default:
      throw core::ShapeError(std::string("the decoder computes in float32 or bfloat16, found ") +
                             c10::toString(tensor.scalar_type()));
  }
}

/// The data of a contiguous tensor; null for an undefined one.
template <class T>
T* data(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<T*>(tensor.data_ptr()) : nullptr;
}

/// Splits rows over threads so that a piece is worth a thread's while (about 16k numbers).
template <class Function>
void parallel_rows(std::int64_t rows, std::int64_t width, Function&& f) {
  at::parallel_for(0, rows, std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, width)), f);
}

}  // namespace hone::policies
