#include "policies/packed_weights.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <string_view>

#include "policies/kernel_call.h"

namespace hone::policies {
namespace {

using Reorder = at::Tensor(const at::Tensor&, std::optional<std::int64_t>);
using Linear = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, c10::string_view,
                          c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);

/// libtorch registers these for its compiler and has no C++ function for them; a libtorch without oneDNN lacks them.
template <class Signature>
std::optional<c10::TypedOperatorHandle<Signature>> find(const char* name) {
  const auto schema = c10::Dispatcher::singleton().findSchema({name, ""});
  if (!schema) return std::nullopt;
  return schema->typed<Signature>();
}

const auto& reorder() {
  static const auto found = find<Reorder>("mkldnn::_reorder_linear_weight");
  return found;
}
const auto& linear() {
  static const auto found = find<Linear>("mkldnn::_linear_pointwise");
  return found;
}

}  // namespace

at::Tensor packed_weight(const at::Tensor& weight, std::int64_t rows) {
  const bool pays = has_kernel(weight) && weight.scalar_type() == at::kBFloat16 && __builtin_cpu_supports("avx512bf16");
  if (!pays || !reorder() || !linear()) return {};
  const at::NoGradGuard no_grad;
  return reorder()->call(weight.detach(), rows);
}

at::Tensor packed_linear(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias) {
  const auto optional_bias = bias.defined() ? std::optional(bias) : std::nullopt;
  return linear()->call(x, packed, optional_bias, "none", c10::List<std::optional<at::Scalar>>(), "");
}

}  // namespace hone::policies
