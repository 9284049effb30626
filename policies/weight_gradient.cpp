#include "policies/weight_gradient.h"

#include <ATen/ATen.h>

#include "policies/kernel_call.h"
#include "policies/kernels/outer_products.h"
#include "policies/tile_product.h"

namespace hone::policies {
namespace {

void add_by_blocks(const at::Tensor& grad, const at::Tensor& x, kernels::Accumulate accumulate, const at::Tensor& sum) {
  const kernels::OuterProducts shape{x.size(0), grad.size(1), x.size(1)};
  const auto packed = at::empty({shape.padded_tokens(), shape.in}, x.options());
  at::parallel_for(0, shape.padded_tokens() / shape.kTokens, 1, [&](std::int64_t begin, std::int64_t end) {
    kernels::pack_tokens(shape, data<kernels::BFloat16>(x), begin, end, data<kernels::BFloat16>(packed));
  });
  at::parallel_for(0, (shape.out + shape.kRows - 1) / shape.kRows, 1, [&](std::int64_t begin, std::int64_t end) {
    kernels::add_outer_products(shape, data<kernels::BFloat16>(grad), data<kernels::BFloat16>(packed), tile_product(),
                                accumulate, begin, end, data<float>(sum));
    end_tile_products();
  });
}

}  // namespace

bool sums_in_float32(const at::Tensor& weight) {
  return weight.requires_grad() && weight.is_leaf() && weight.scalar_type() == at::kBFloat16;
}

void add_weight_gradient(const at::Tensor& weight, const at::Tensor& grad, const at::Tensor& x) {
  const at::NoGradGuard no_grad;
  auto& sum = weight.mutable_grad();
  const bool is_first = !sum.defined();
  if (has_kernel(x) && tile_product() != nullptr && x.size(0) > 0) {
    if (is_first) sum = at::empty(weight.sizes(), weight.options().dtype(at::kFloat).requires_grad(false));
    add_by_blocks(grad.contiguous(), x.contiguous(), is_first ? kernels::Accumulate::kNo : kernels::Accumulate::kYes,
                  sum);
    return;
  }
  const auto product = at::mm(grad.t(), x);
  if (is_first) {
    sum = product.to(at::kFloat);
  } else {
    sum.add_(product);
  }
}

void add_row_gradients(const at::Tensor& weight, const at::Tensor& ids, const at::Tensor& grad) {
  const at::NoGradGuard no_grad;
  auto& sum = weight.mutable_grad();
  if (!sum.defined()) sum = at::zeros(weight.sizes(), weight.options().dtype(at::kFloat).requires_grad(false));
  sum.index_add_(0, ids, grad.to(at::kFloat));
}

}  // namespace hone::policies
