#include "policies/weight_set.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

namespace hone::policies {
namespace {

at::ScalarType scalar_type(ComputeType compute) {
  return compute == ComputeType::kBFloat16 ? at::kBFloat16 : at::kFloat;
}

}  // namespace

WeightSet::WeightSet(std::vector<Parameter> list, ComputeType compute, Use use, const at::Device& device)
    : parameters(std::move(list)) {
  const auto options = at::TensorOptions().device(device);
  const bool trains = use == Use::kTraining;
  for (const auto& parameter : parameters) {
    if (trains) masters.push_back(at::empty(parameter.shape, options.dtype(at::kFloat)));
    weights.push_back(trains && compute == ComputeType::kFloat32
                          ? masters.back()
                          : at::empty(parameter.shape, options.dtype(scalar_type(compute))));
    weights.back().requires_grad_(trains);
  }
  gradients.resize(trains ? parameters.size() : 0);
}

std::vector<std::pair<std::string, at::Tensor>> WeightSet::parts() const {
  std::vector<std::pair<std::string, at::Tensor>> all;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::int64_t row = 0;
    for (const auto& part : parameters[i].parts) {
      all.emplace_back(part.name, stored()[i].detach().narrow(0, row, part.rows));
      row += part.rows;
    }
  }
  return all;
}

void WeightSet::collect_gradients() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    auto& grad = weights[i].mutable_grad();
    if (!grad.defined()) continue;
    if (grad.scalar_type() == at::kFloat && !weights[i].is_same(masters[i])) {
      gradients[i] = grad;  // what the operations add to: the next backward goes on with it
      continue;
    }
    if (gradients[i].defined()) {
      gradients[i].add_(grad);
    } else {
      gradients[i] = grad.to(at::kFloat);
    }
    grad.reset();
  }
}

void WeightSet::clear_gradients() {
  for (auto& gradient : gradients) gradient.reset();
  for (auto& weight : weights) weight.mutable_grad().reset();
}

void WeightSet::refresh() {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < masters.size(); ++i) {
    if (!weights[i].is_same(masters[i])) weights[i].copy_(masters[i]);
  }
}

}  // namespace hone::policies
