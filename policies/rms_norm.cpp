#include "policies/rms_norm.h"

#include <sstream>

#include "policies/kernel_call.h"
#include "policies/kernels/elementwise.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct Normed {
  at::Tensor sum, normed, inverse_rms;
};

Normed forward(const at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight, double eps, double offset) {
  const auto tokens = x.size(0);
  const auto hidden = x.size(1);
  if (!has_kernel(x)) {
    const auto sum = delta.defined() ? x + delta : x;
    const auto wide = sum.to(at::kFloat);
    const auto inverse_rms = at::rsqrt(wide.square().mean(-1) + eps);  // [tokens]
    return {sum, (wide * inverse_rms.unsqueeze(1) * (weight.to(at::kFloat) + offset)).to(x.scalar_type()), inverse_rms};
  }
  Normed result{delta.defined() ? at::empty_like(x) : x, at::empty_like(x),
                at::empty({tokens}, x.options().dtype(at::kFloat))};
  with_scalar(x, [&]<class T>(T) {
    parallel_rows(tokens, hidden, [&](std::int64_t begin, std::int64_t end) {
      kernels::add_rms_norm<T>(data<T>(x), data<T>(delta), data<T>(weight), static_cast<float>(offset),
                               static_cast<float>(eps), hidden, begin, end, data<T>(result.sum), data<T>(result.normed),
                               data<float>(result.inverse_rms));
    });
  });
  return result;
}

/// Gradients of the sum and of the weight.
std::pair<at::Tensor, at::Tensor> backward(const at::Tensor& grad_normed, const at::Tensor& grad_sum,
                                           const at::Tensor& sum, const at::Tensor& weight,
                                           const at::Tensor& inverse_rms, double offset) {
  const auto tokens = sum.size(0);
  const auto hidden = sum.size(1);
  if (!has_kernel(sum)) {
    const auto scale = inverse_rms.unsqueeze(1);
    const auto wide = sum.to(at::kFloat);
    const auto pulled = grad_normed.to(at::kFloat) * (weight.to(at::kFloat) + offset);  // [tokens, hidden]
    auto grad = pulled * scale - wide * ((pulled * wide).mean(-1, true) * scale.pow(3));
    if (grad_sum.defined()) {
      grad = grad + grad_sum.to(at::kFloat);
    }
    const auto weight_grad = (grad_normed.to(at::kFloat) * wide * scale).sum(0);
    return {grad.to(sum.scalar_type()), weight_grad.to(weight.scalar_type())};
  }
  // A fixed number of partial sums, added in order: the result does not depend on which thread was faster.
  const std::int64_t pieces = std::clamp<std::int64_t>(tokens / 64, 1, 16);
  auto partial = at::zeros({pieces, hidden}, sum.options().dtype(at::kFloat));
  auto grad = at::empty_like(sum);
  const auto dy = grad_normed.contiguous();
  const auto ds = grad_sum.defined() ? grad_sum.contiguous() : grad_sum;
  with_scalar(sum, [&]<class T>(T) {
    at::parallel_for(0, pieces, 1, [&](std::int64_t first, std::int64_t last) {
      for (auto piece = first; piece < last; ++piece) {
        kernels::add_rms_norm_backward<T>(data<T>(dy), data<T>(ds), data<T>(sum), data<T>(weight),
                                          static_cast<float>(offset), data<float>(inverse_rms), hidden,
                                          tokens * piece / pieces, tokens * (piece + 1) / pieces, data<T>(grad),
                                          data<float>(partial) + piece * hidden);
      }
    });
  });
  return {grad, partial.sum(0).to(weight.scalar_type())};
}

struct RmsNorm : torch::autograd::Function<RmsNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, double eps,
                            double offset) {
    auto result = policies::forward(x, {}, weight, eps, offset);
    context->save_for_backward({x, weight, result.inverse_rms});
    context->saved_data["offset"] = offset;
    return result.normed;
  }
  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    auto [grad, weight_grad] =
        policies::backward(grads[0], {}, saved[0], saved[1], saved[2], context->saved_data["offset"].toDouble());
    return {grad, weight_grad, {}, {}};
  }
};

struct AddRmsNorm : torch::autograd::Function<AddRmsNorm> {
  static tensor_list forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& delta,
                             const at::Tensor& weight, double eps, double offset) {
    auto result = policies::forward(x, delta, weight, eps, offset);
    context->saved_data["offset"] = offset;
    context->save_for_backward({result.sum, weight, result.inverse_rms});
    context->set_materialize_grads(false);
    return {result.sum, result.normed};
  }
  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    if (!grads[1].defined()) {
      return {grads[0], grads[0], {}, {}, {}};
    }
    auto [grad, weight_grad] =
        policies::backward(grads[1], grads[0], saved[0], saved[1], saved[2], context->saved_data["offset"].toDouble());
    return {grad, grad, weight_grad, {}, {}};
  }
};

void check(const at::Tensor& x, const at::Tensor& weight) {
  if (x.dim() != 2 || weight.dim() != 1 || weight.size(0) != x.size(1) || weight.scalar_type() != x.scalar_type()) {
    std::ostringstream message;
    message << "rms_norm: x " << x.sizes() << ' ' << x.scalar_type() << ", weight " << weight.sizes() << ' '
            << weight.scalar_type() << "; needs [tokens, hidden] and [hidden] of one dtype";
    throw core::ShapeError(message.str());
  }
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps, double weight_offset) {
  check(x, weight);
  return RmsNorm::apply(x.contiguous(), weight.contiguous(), eps, weight_offset);
}

std::pair<at::Tensor, at::Tensor> add_rms_norm(const at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight,
                                               double eps, double weight_offset) {
  check(x, weight);
  if (delta.sizes() != x.sizes() || delta.scalar_type() != x.scalar_type()) {
    throw core::ShapeError("add_rms_norm: x and delta differ in shape or dtype");
  }
  const auto both = AddRmsNorm::apply(x.contiguous(), delta.contiguous(), weight.contiguous(), eps, weight_offset);
  return {both[0], both[1]};
}

}  // namespace hone::policies
