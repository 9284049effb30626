#include "policies/projection.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

#include "policies/packed_weights.h"
#include "policies/weight_gradient.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct SummedLinear : torch::autograd::Function<SummedLinear> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const std::optional<at::Tensor>& bias) {
    context->save_for_backward({x, weight});
    context->saved_data["has_bias"] = bias.has_value();
    return at::linear(x, weight, bias);
  }
  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &weight = saved[1];
    const auto grad = grads[0].contiguous();
    add_weight_gradient(weight, grad, x);
    const bool wants_bias = context->saved_data["has_bias"].toBool() && context->needs_input_grad(2);
    return {context->needs_input_grad(0) ? at::mm(grad, weight) : at::Tensor(),
            {},
            wants_bias ? grad.sum(0) : at::Tensor()};
  }
};

/// What the adapters add to each column, zeros where there is none.   [tokens, out]
at::Tensor low_rank_sum(const at::Tensor& x, const std::vector<LowRank>& adapters, std::int64_t out) {
  std::vector<at::Tensor> columns;
  std::int64_t reached = 0;
  const auto fill_to = [&](std::int64_t row) {
    if (row > reached) columns.push_back(at::zeros({x.size(0), row - reached}, x.options()));
    reached = row;
  };
  for (const auto& adapter : adapters) {
    fill_to(adapter.first_row);
    columns.push_back(project(project(x, adapter.a) * adapter.scale, adapter.b));
    reached += adapter.b.size(0);
  }
  fill_to(out);
  return columns.size() == 1 ? columns.front() : at::cat(columns, 1);
}

}  // namespace

at::Tensor project(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  if (!at::GradMode::is_enabled() || !sums_in_float32(weight)) return at::linear(x, weight, bias);
  return SummedLinear::apply(x, weight, bias.defined() ? std::optional(bias) : std::nullopt);
}

at::Tensor Projection::operator()(const at::Tensor& x, Adapters use) const {
  const auto plain = packed.defined() ? packed_linear(x, packed, bias) : project(x, weight, bias);
  if (adapters.empty() || use == Adapters::kOff) return plain;
  return plain + low_rank_sum(x, adapters, weight.size(0));
}

}  // namespace hone::policies
