#pragma once

#include <cstdint>

#include "policies/kernels/scalar.h"

// The decoder's pointwise work on rows [begin, end) of row-major arrays, one pass over memory each, arithmetic in
// float32. T is float or BFloat16. Plain functions over pointers: the caller splits the rows over threads.
namespace hone::policies::kernels {

/// sum = x + delta (skipped when delta is null: sum may then be null and x is read instead);
/// normed = sum / sqrt(mean(sum²) + eps) · (weight + weight_offset); inverse_rms [rows] is kept for the backward.
template <class T>
void add_rms_norm(const T* x, const T* delta, const T* weight, float weight_offset, float eps, std::int64_t hidden,
                  std::int64_t begin, std::int64_t end, T* sum, T* normed, float* inverse_rms);

/// grad_x = d normed + grad_sum (null: none); weight_grad [hidden] float32 is added to.
template <class T>
void add_rms_norm_backward(const T* grad_normed, const T* grad_sum, const T* sum, const T* weight, float weight_offset,
                           const float* inverse_rms, std::int64_t hidden, std::int64_t begin, std::int64_t end,
                           T* grad_x, float* weight_grad);

/// Activations of the form g·σ(argument(g)) of a float or of sixteen; `slope` is the argument's derivative.
struct SiluGate {
  template <class F>
  static F argument(F g) {
    return g;
  }
  template <class F>
  static F slope(F /*g*/) {
    return F{} + 1.0F;
  }
};
/// The tanh form of GELU, since (1 + tanh z) / 2 = σ(2z).
struct GeluTanhGate {
  static constexpr float kSlope = 1.59576912F;  // 2·√(2/π)
  template <class F>
  static F argument(F g) {
    return kSlope * (g + 0.044715F * g * g * g);
  }
  template <class F>
  static F slope(F g) {
    return kSlope * (1.0F + 3.0F * 0.044715F * g * g);
  }
};

/// gate_up [rows, 2·width]: out = gate · σ(argument(gate)) · up.
template <class T, class Gate>
void glu(const T* gate_up, std::int64_t width, std::int64_t begin, std::int64_t end, T* out);
template <class T, class Gate>
void glu_backward(const T* grad_out, const T* gate_up, std::int64_t width, std::int64_t begin, std::int64_t end,
                  T* grad_gate_up);

/// Rotates the first `rotated_heads` heads of each row in place (halves convention of Llama in HF).
///   qkv [rows, row_width], position of each row, tables [positions, head_dim / 2]; direction −1 undoes it.
template <class T>
void rotate(T* qkv, const std::int64_t* positions, const float* cosines, const float* sines, std::int64_t row_width,
            std::int64_t rotated_heads, std::int64_t head_dim, float direction, std::int64_t begin, std::int64_t end);

}  // namespace hone::policies::kernels
