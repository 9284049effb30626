#pragma once

#include <ATen/core/ATen_fwd.h>

namespace hone::rl {

/// min(max(values, low), high), with gradient where low <= values <= high: at::clamp for finite values, but whose
/// backward also runs on the meta device (at::clamp's and at::minimum's need at::where, which has no kernel there in
/// C++).
[[nodiscard]] at::Tensor bounded(const at::Tensor& values, double low, double high);

/// The smaller of two, elementwise, with the gradient of the one taken; the first where they are equal.
[[nodiscard]] at::Tensor smaller(const at::Tensor& first, const at::Tensor& second);

}  // namespace hone::rl
