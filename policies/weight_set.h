#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "core/config_types.h"
#include "policies/decoder.h"

namespace hone::policies {

enum class ComputeType { kFloat32, kBFloat16 };
/// What weights are for: training keeps float32 masters, from which bfloat16 copies are made once a step.
enum class Use { kTraining, kInference };

/// Parameters and what goes with each, in one order. Values are not set: the maker fills the stored() ones and calls
/// refresh().
struct WeightSet {
  WeightSet(std::vector<Parameter> list, ComputeType compute, Use use, const at::Device& device);

  std::vector<Parameter> parameters;
  std::vector<at::Tensor> masters;    // float32, what the optimizer updates; empty where the use is inference
  std::vector<at::Tensor> weights;    // in the compute dtype; the masters themselves when that is float32
  std::vector<at::Tensor> gradients;  // sums so far, float32; undefined before the first

  /// Where the values really are.
  [[nodiscard]] const std::vector<at::Tensor>& stored() const { return masters.empty() ? weights : masters; }
  /// The rows of the stored values that each checkpoint tensor names, in the parameters' order.
  [[nodiscard]] std::vector<std::pair<std::string, at::Tensor>> parts() const;
  /// Adds what the last backward left at the weights to the gradients, in float32. What it summed there in float32
  /// (weight_gradient.h) stays and is the sum so far; the rest is cleared.
  void collect_gradients();
  void clear_gradients();
  /// The weights follow the masters.
  void refresh();
};

}  // namespace hone::policies

template <>
struct hone::core::EnumNames<hone::policies::ComputeType> {
  static constexpr std::pair<hone::policies::ComputeType, const char*> values[] = {
      {hone::policies::ComputeType::kFloat32, "float32"}, {hone::policies::ComputeType::kBFloat16, "bfloat16"}};
};
