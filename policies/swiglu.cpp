#include "policies/swiglu.h"

#include <sstream>

#include "policies/kernel_call.h"
#include "policies/kernels/elementwise.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

at::Tensor forward(const at::Tensor& gate_up) {
  const auto tokens = gate_up.size(0);
  const auto width = gate_up.size(1) / 2;
  if (!has_kernel(gate_up)) {
    const auto halves = gate_up.to(at::kFloat).chunk(2, 1);
    return (at::silu(halves[0]) * halves[1]).to(gate_up.scalar_type());
  }
  auto out = at::empty({tokens, width}, gate_up.options());
  with_scalar(gate_up, [&]<class T>(T) {
    parallel_rows(tokens, width, [&](std::int64_t begin, std::int64_t end) {
      kernels::swiglu<T>(data<T>(gate_up), width, begin, end, data<T>(out));
    });
  });
  return out;
}

at::Tensor backward(const at::Tensor& grad_out, const at::Tensor& gate_up) {
  const auto tokens = gate_up.size(0);
  const auto width = gate_up.size(1) / 2;
  if (!has_kernel(gate_up)) {
    const auto halves = gate_up.to(at::kFloat).chunk(2, 1);
    const auto grad = grad_out.to(at::kFloat);
    const auto sigmoid = at::sigmoid(halves[0]);
    const auto grad_gate = grad * halves[1] * sigmoid * (1.0 + halves[0] * (1.0 - sigmoid));
    return at::cat({grad_gate, grad * halves[0] * sigmoid}, 1).to(gate_up.scalar_type());
  }
  auto result = at::empty_like(gate_up);
  const auto grad = grad_out.contiguous();
  with_scalar(gate_up, [&]<class T>(T) {
    parallel_rows(tokens, width, [&](std::int64_t begin, std::int64_t end) {
      kernels::swiglu_backward<T>(data<T>(grad), data<T>(gate_up), width, begin, end, data<T>(result));
    });
  });
  return result;
}

struct SwiGlu : torch::autograd::Function<SwiGlu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gate_up) {
    context->save_for_backward({gate_up});
    return policies::forward(gate_up);
  }
  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    return {policies::backward(grads[0], context->get_saved_variables()[0])};
  }
};

}  // namespace

at::Tensor swiglu(const at::Tensor& gate_up) {
  if (gate_up.dim() != 2 || gate_up.size(1) % 2 != 0) {
    std::ostringstream message;
    message << "swiglu: found " << gate_up.sizes() << ", needs [tokens, 2 * width]";
    throw core::ShapeError(message.str());
  }
  return SwiGlu::apply(gate_up.contiguous());
}

}  // namespace hone::policies
