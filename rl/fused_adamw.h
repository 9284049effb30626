#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/config.h"

namespace hone::rl {

/// The optimizer's keys of a `train` section, under Hugging Face's names: call `adamw.describe(visit)` in the
/// section's.
struct AdamWConfig {
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double adam_epsilon = 1e-8;
  double weight_decay = 0.0;
  double max_grad_norm = 1.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("adam_beta1", adam_beta1, "Decay of the gradient's mean.", core::in_range(0, 1));
    visit("adam_beta2", adam_beta2, "Decay of the squared gradient's mean.", core::in_range(0, 1));
    visit("adam_epsilon", adam_epsilon, "Added to the root of the latter.", core::at_least(0));
    visit("weight_decay", weight_decay, "Decoupled decay of matrices; vectors (norms, biases) have none.",
          core::at_least(0));
    visit("max_grad_norm", max_grad_norm, "Gradients are clipped to this norm. 0: not clipped.", core::at_least(0));
  }
};

/// AdamW (Loshchilov & Hutter, 1711.05101) on float32 master weights, one fused kernel call a step.
/// Weight decay falls on parameters of two or more dimensions.
class FusedAdamW {
 public:
  /// The parameters are updated in place. Throws ShapeError unless they are float32 and on one device.
  FusedAdamW(std::vector<at::Tensor> parameters, const AdamWConfig& config);

  /// One update with gradients in the order of the parameters, float32 and on their device. Throws ShapeError
  /// otherwise.
  void step(at::TensorList gradients, double learning_rate);

  /// The state, for checkpoints: copy into these tensors to restore it.
  [[nodiscard]] const std::vector<at::Tensor>& parameters() const { return parameters_; }
  [[nodiscard]] const std::vector<at::Tensor>& first_moments() const { return first_moments_; }
  [[nodiscard]] const std::vector<at::Tensor>& second_moments() const { return second_moments_; }
  [[nodiscard]] const at::Tensor& step_count() const { return step_count_; }  // [] float32, on the parameters' device

 private:
  struct Group {  // handles to the same tensors, by weight decay
    double weight_decay = 0.0;
    std::vector<std::size_t> members;
    std::vector<at::Tensor> parameters, first_moments, second_moments, step_counts;
  };
  void update(Group& group, const std::vector<at::Tensor>& gradients, double learning_rate);

  AdamWConfig config_;
  std::vector<at::Tensor> parameters_, first_moments_, second_moments_;
  at::Tensor step_count_;
  std::vector<Group> groups_;
};

}  // namespace hone::rl
