#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <utility>

namespace hone::policies {

/// Two tensors in, two out; called again in the backward, so it must give the same then.
using PairFunction = std::function<std::pair<at::Tensor, at::Tensor>(const std::pair<at::Tensor, at::Tensor>&)>;

/// f(inputs), keeping only the inputs for the backward, which computes f once more with a graph and goes through that.
/// Parameters that f uses get their gradients as leaves do, at their .grad.
/// Source: Chen et al., 1604.06174, section 4.
std::pair<at::Tensor, at::Tensor> recomputed(const PairFunction& f, const std::pair<at::Tensor, at::Tensor>& inputs);

}  // namespace hone::policies
