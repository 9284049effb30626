#include "policies/recompute.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct FunctionCapsule : torch::CustomClassHolder {
  explicit FunctionCapsule(PairFunction function) : f(std::move(function)) {}
  PairFunction f;
};

struct Recompute : torch::autograd::Function<Recompute> {
  /// `anchor` wants a gradient and gets none: the backward has to run although only parameters inside f may want one.
  static tensor_list forward(AutogradContext* context, const at::Tensor& first, const at::Tensor& second,
                             const at::Tensor& /*anchor*/, const PairFunction& f) {
    context->save_for_backward({first, second});
    context->saved_data["f"] = c10::IValue::make_capsule(c10::make_intrusive<FunctionCapsule>(f));
    context->set_materialize_grads(false);
    const at::NoGradGuard no_grad;
    const auto result = f({first, second});
    return {result.first, result.second};
  }

  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    const auto capsule = context->saved_data["f"].toCapsule();
    const at::AutoGradMode grad_mode(true);
    const auto first = saved[0].detach().requires_grad_();
    const auto second = saved[1].detach().requires_grad_();
    const auto result = static_cast<const FunctionCapsule&>(*capsule).f({first, second});
    tensor_list outputs, of_outputs;
    for (const auto& [output, grad] : {std::pair{result.first, grads[0]}, {result.second, grads[1]}}) {
      if (!grad.defined() || !output.requires_grad()) continue;
      outputs.push_back(output);
      of_outputs.push_back(grad);
    }
    if (!outputs.empty()) torch::autograd::backward(outputs, of_outputs);
    return {first.grad(), second.grad(), {}, {}};
  }
};

}  // namespace

std::pair<at::Tensor, at::Tensor> recomputed(const PairFunction& f, const std::pair<at::Tensor, at::Tensor>& inputs) {
  const auto anchor = at::empty({0}, inputs.first.options()).requires_grad_();
  const auto both = Recompute::apply(inputs.first, inputs.second, anchor, f);
  return {both[0], both[1]};
}

}  // namespace hone::policies
