#include "policies/gather_rows.h"

#include "policies/kernel_call.h"
#include "policies/weight_gradient.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct GatherRows : torch::autograd::Function<GatherRows> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table, const at::Tensor& ids) {
    const bool sums = sums_in_float32(table);
    context->save_for_backward({ids, sums ? table : at::Tensor()});
    context->saved_data["rows"] = table.size(0);
    // The faster of the two on the CPU does not run on meta.
    return has_kernel(table) ? table.index_select(0, ids) : table.index({ids});
  }
  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto saved = context->get_saved_variables();
    const auto& ids = saved[0];
    const auto& grad = grads[0];
    if (saved[1].defined()) {
      add_row_gradients(saved[1], ids, grad);
      return {{}, {}};
    }
    auto sum = at::zeros({context->saved_data["rows"].toInt(), grad.size(1)}, grad.options().dtype(at::kFloat));
    sum.index_add_(0, ids, grad.to(at::kFloat));
    return {sum.to(grad.scalar_type()), {}};
  }
};

}  // namespace

at::Tensor gather_rows(const at::Tensor& table, const at::Tensor& ids) {
  return GatherRows::apply(table, ids);
}

}  // namespace hone::policies
