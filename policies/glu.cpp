#include "policies/glu.h"

#include <sstream>

#include "policies/kernel_call.h"
#include "policies/kernels/elementwise.h"

namespace hone::policies {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// The tanh form of GELU is g·σ(z) with z = 2·√(2/π)·(g + 0.044715·g³), as SiLU is g·σ(g).
constexpr double kGeluSlope = 1.5957691216057308;
constexpr double kGeluCubic = 0.044715;

at::Tensor gate_argument(const at::Tensor& gate, Activation activation) {
  return activation == Activation::kSilu ? gate : kGeluSlope * (gate + kGeluCubic * gate.pow(3));
}

template <class Function>
void with_gate(Activation activation, Function&& f) {
  if (activation == Activation::kSilu) {
    f(kernels::SiluGate{});
  } else {
    f(kernels::GeluTanhGate{});
  }
}

at::Tensor forward(const at::Tensor& gate_up, Activation activation) {
  const auto tokens = gate_up.size(0);
  const auto width = gate_up.size(1) / 2;
  if (!has_kernel(gate_up)) {
    const auto halves = gate_up.to(at::kFloat).chunk(2, 1);
    const auto gate = halves[0] * at::sigmoid(gate_argument(halves[0], activation));
    return (gate * halves[1]).to(gate_up.scalar_type());
  }
  auto out = at::empty({tokens, width}, gate_up.options());
  with_scalar(gate_up, [&]<class T>(T) {
    with_gate(activation, [&]<class Gate>(Gate) {
      parallel_rows(tokens, width, [&](std::int64_t begin, std::int64_t end) {
        kernels::glu<T, Gate>(data<T>(gate_up), width, begin, end, data<T>(out));
      });
    });
  });
  return out;
}

at::Tensor backward(const at::Tensor& grad_out, const at::Tensor& gate_up, Activation activation) {
  const auto tokens = gate_up.size(0);
  const auto width = gate_up.size(1) / 2;
  if (!has_kernel(gate_up)) {
    const auto halves = gate_up.to(at::kFloat).chunk(2, 1);
    const auto grad = grad_out.to(at::kFloat);
    const auto sigmoid = at::sigmoid(gate_argument(halves[0], activation));
    auto inner = halves[0] * (1.0 - sigmoid);
    if (activation == Activation::kGeluTanh) {
      inner = inner * (kGeluSlope * (1.0 + 3.0 * kGeluCubic * halves[0].square()));
    }
    const auto grad_gate = grad * halves[1] * sigmoid * (1.0 + inner);
    return at::cat({grad_gate, grad * halves[0] * sigmoid}, 1).to(gate_up.scalar_type());
  }
  auto result = at::empty_like(gate_up);
  const auto grad = grad_out.contiguous();
  with_scalar(gate_up, [&]<class T>(T) {
    with_gate(activation, [&]<class Gate>(Gate) {
      parallel_rows(tokens, width, [&](std::int64_t begin, std::int64_t end) {
        kernels::glu_backward<T, Gate>(data<T>(grad), data<T>(gate_up), width, begin, end, data<T>(result));
      });
    });
  });
  return result;
}

struct Glu : torch::autograd::Function<Glu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gate_up, Activation activation) {
    context->save_for_backward({gate_up});
    context->saved_data["is_silu"] = activation == Activation::kSilu;
    return policies::forward(gate_up, activation);
  }
  static tensor_list backward(AutogradContext* context, tensor_list grads) {
    const auto activation = context->saved_data["is_silu"].toBool() ? Activation::kSilu : Activation::kGeluTanh;
    return {policies::backward(grads[0], context->get_saved_variables()[0], activation), {}};
  }
};

}  // namespace

at::Tensor glu(const at::Tensor& gate_up, Activation activation) {
  if (gate_up.dim() != 2 || gate_up.size(1) % 2 != 0) {
    std::ostringstream message;
    message << "glu: found " << gate_up.sizes() << ", needs [tokens, 2 * width]";
    throw core::ShapeError(message.str());
  }
  return Glu::apply(gate_up.contiguous(), activation);
}

}  // namespace hone::policies
