#include "rl/fused_adamw.h"

#include <ATen/ATen.h>

#include <string>

#include "core/error.h"

namespace hone::rl {
namespace {

void check_tensor(const at::Tensor& tensor, at::IntArrayRef sizes, const at::Device& device, const std::string& name) {
  if (tensor.defined() && tensor.scalar_type() == at::kFloat && tensor.device() == device && tensor.sizes() == sizes)
    return;
  const std::string found = tensor.defined() ? tensor.toString() + " " + c10::str(tensor.sizes()) : "missing";
  throw core::ShapeError("AdamW: " + name + " is " + found + ", needs float32 " + c10::str(sizes) + " on " +
                         device.str());
}

/// The fused kernel's arithmetic in plain operations, for a device that has no such kernel (meta).
struct PlainUpdate {
  const AdamWConfig& config;
  const at::Tensor& step_count;
  double learning_rate, weight_decay;

  void operator()(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& first_moment,
                  const at::Tensor& second_moment) const {
    parameter.mul_(1.0 - learning_rate * weight_decay);
    first_moment.lerp_(gradient, 1.0 - config.adam_beta1);
    second_moment.mul_(config.adam_beta2).addcmul_(gradient, gradient, 1.0 - config.adam_beta2);
    const at::Tensor first_correction = 1.0 - at::pow(config.adam_beta1, step_count);
    const at::Tensor second_correction = 1.0 - at::pow(config.adam_beta2, step_count);
    const at::Tensor denominator = (second_moment / second_correction).sqrt().add_(config.adam_epsilon);
    parameter.sub_(learning_rate * (first_moment / first_correction) / denominator);
  }
};

}  // namespace

FusedAdamW::FusedAdamW(std::vector<at::Tensor> parameters, const AdamWConfig& config)
    : config_(config), parameters_(std::move(parameters)) {
  if (parameters_.empty()) throw core::ShapeError("AdamW: there are no parameters, needs at least one");
  const at::NoGradGuard no_grad;
  step_count_ = at::zeros({}, parameters_.front().options().dtype(at::kFloat).requires_grad(false));
  Group decayed, plain;
  decayed.weight_decay = config.weight_decay;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor& parameter = parameters_[i];
    check_tensor(parameter, parameter.sizes(), step_count_.device(), "parameter " + std::to_string(i));
    first_moments_.push_back(at::zeros_like(parameter));
    second_moments_.push_back(at::zeros_like(parameter));
    Group& group = config.weight_decay > 0.0 && parameter.dim() >= 2 ? decayed : plain;
    group.members.push_back(i);
    group.parameters.push_back(parameter);
    group.first_moments.push_back(first_moments_[i]);
    group.second_moments.push_back(second_moments_[i]);
    group.step_counts.push_back(step_count_);
  }
  for (Group* group : {&decayed, &plain})
    if (!group->members.empty()) groups_.push_back(std::move(*group));
}

void FusedAdamW::step(at::TensorList gradients, double learning_rate) {
  if (gradients.size() != parameters_.size())
    throw core::ShapeError("AdamW: " + std::to_string(gradients.size()) + " gradients, needs " +
                           std::to_string(parameters_.size()));
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    check_tensor(gradients[i], parameters_[i].sizes(), step_count_.device(), "gradient " + std::to_string(i));
  const at::NoGradGuard no_grad;
  step_count_.add_(1);
  for (Group& group : groups_) {
    std::vector<at::Tensor> members;
    for (const std::size_t i : group.members) members.push_back(gradients[i]);
    update(group, members, learning_rate);
  }
}

void FusedAdamW::update(Group& group, const std::vector<at::Tensor>& gradients, double learning_rate) {
  if (step_count_.is_meta()) {
    const PlainUpdate plain{config_, step_count_, learning_rate, group.weight_decay};
    for (std::size_t i = 0; i < gradients.size(); ++i)
      plain(group.parameters[i], gradients[i], group.first_moments[i], group.second_moments[i]);
    return;
  }
  at::_fused_adamw_(group.parameters, gradients, group.first_moments, group.second_moments, /*max_exp_avg_sqs=*/{},
                    group.step_counts, learning_rate, config_.adam_beta1, config_.adam_beta2, group.weight_decay,
                    config_.adam_epsilon, /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace hone::rl
