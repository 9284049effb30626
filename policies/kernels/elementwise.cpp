#include "policies/kernels/elementwise.h"

#include <cmath>

#include "policies/kernels/lanes.h"

namespace hone::policies::kernels {

template <class T>
void add_rms_norm(const T* x, const T* delta, const T* weight, float weight_offset, float eps, std::int64_t hidden,
                  std::int64_t begin, std::int64_t end, T* sum, T* normed, float* inverse_rms) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* a = x + row * hidden;
    const T* kept = a;
    if (delta != nullptr) {
      const T* b = delta + row * hidden;
      T* s = sum + row * hidden;
      std::int64_t j = 0;
      for (; j + kLanes <= hidden; j += kLanes) {
        store(s + j, load(a + j) + load(b + j));
      }
      for (; j < hidden; ++j) {
        s[j] = from_float<T>(to_float(a[j]) + to_float(b[j]));
      }
      kept = s;
    }
    Lanes lanes{};
    std::int64_t j = 0;
    for (; j + kLanes <= hidden; j += kLanes) {
      const Lanes v = load(kept + j);
      lanes += v * v;
    }
    float squares = kernels::sum(lanes);
    for (; j < hidden; ++j) {
      squares += to_float(kept[j]) * to_float(kept[j]);
    }
    const float scale = 1.0F / std::sqrt(squares / static_cast<float>(hidden) + eps);
    inverse_rms[row] = scale;
    T* y = normed + row * hidden;
    for (j = 0; j + kLanes <= hidden; j += kLanes) {
      store(y + j, load(kept + j) * scale * (load(weight + j) + weight_offset));
    }
    for (; j < hidden; ++j) {
      y[j] = from_float<T>(to_float(kept[j]) * scale * (to_float(weight[j]) + weight_offset));
    }
  }
}

template <class T>
void add_rms_norm_backward(const T* grad_normed, const T* grad_sum, const T* sum, const T* weight, float weight_offset,
                           const float* inverse_rms, std::int64_t hidden, std::int64_t begin, std::int64_t end,
                           T* grad_x, float* __restrict weight_grad) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* dy = grad_normed + row * hidden;
    const T* x = sum + row * hidden;
    const T* ds = grad_sum != nullptr ? grad_sum + row * hidden : nullptr;
    T* dx = grad_x + row * hidden;
    const float scale = inverse_rms[row];
    Lanes lanes{};
    std::int64_t j = 0;
    for (; j + kLanes <= hidden; j += kLanes) {
      const Lanes term = load(dy + j) * load(x + j);
      lanes += term * (load(weight + j) + weight_offset);
      store(weight_grad + j, load(weight_grad + j) + term * scale);
    }
    float dot = kernels::sum(lanes);
    for (; j < hidden; ++j) {
      const float term = to_float(dy[j]) * to_float(x[j]);
      dot += term * (to_float(weight[j]) + weight_offset);
      weight_grad[j] += term * scale;
    }
    const float pull = dot * scale * scale * scale / static_cast<float>(hidden);
    for (j = 0; j + kLanes <= hidden; j += kLanes) {
      const Lanes own = load(dy + j) * (load(weight + j) + weight_offset) * scale - load(x + j) * pull;
      store(dx + j, ds != nullptr ? load(ds + j) + own : own);
    }
    for (; j < hidden; ++j) {
      const float own = to_float(dy[j]) * (to_float(weight[j]) + weight_offset) * scale - to_float(x[j]) * pull;
      dx[j] = from_float<T>(ds != nullptr ? to_float(ds[j]) + own : own);
    }
  }
}

namespace {

/// σ(argument(g)), sixteen at a time.
template <class Gate>
Lanes sigmoid_of(Lanes g) {
  return 1.0F / (1.0F + fast_exp(-Gate::argument(g)));
}

}  // namespace

template <class T, class Gate>
void glu(const T* gate_up, std::int64_t width, std::int64_t begin, std::int64_t end, T* out) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* gate = gate_up + row * 2 * width;
    const T* up = gate + width;
    T* y = out + row * width;
    std::int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes) {
      const Lanes g = load(gate + j);
      store(y + j, g * sigmoid_of<Gate>(g) * load(up + j));
    }
    for (; j < width; ++j) {
      const float g = to_float(gate[j]);
      y[j] = from_float<T>(g * (1.0F / (1.0F + fast_exp(-Gate::argument(g)))) * to_float(up[j]));
    }
  }
}

template <class T, class Gate>
void glu_backward(const T* grad_out, const T* gate_up, std::int64_t width, std::int64_t begin, std::int64_t end,
                  T* grad_gate_up) {
  for (std::int64_t row = begin; row < end; ++row) {
    const T* dy = grad_out + row * width;
    const T* gate = gate_up + row * 2 * width;
    const T* up = gate + width;
    T* dgate = grad_gate_up + row * 2 * width;
    T* dup = dgate + width;
    std::int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes) {
      const Lanes g = load(gate + j);
      const Lanes sigmoid = sigmoid_of<Gate>(g);
      const Lanes d = load(dy + j);
      store(dup + j, d * g * sigmoid);
      store(dgate + j, d * load(up + j) * sigmoid * (1.0F + g * (1.0F - sigmoid) * Gate::slope(g)));
    }
    for (; j < width; ++j) {
      const float g = to_float(gate[j]);
      const float sigmoid = 1.0F / (1.0F + fast_exp(-Gate::argument(g)));
      const float d = to_float(dy[j]);
      dup[j] = from_float<T>(d * g * sigmoid);
      dgate[j] = from_float<T>(d * to_float(up[j]) * sigmoid * (1.0F + g * (1.0F - sigmoid) * Gate::slope(g)));
    }
  }
}

template <class T>
void rotate(T* qkv, const std::int64_t* positions, const float* cosines, const float* sines, std::int64_t row_width,
            std::int64_t rotated_heads, std::int64_t head_dim, float direction, std::int64_t begin, std::int64_t end) {
  const std::int64_t half = head_dim / 2;
  for (std::int64_t row = begin; row < end; ++row) {
    const float* __restrict cosine = cosines + positions[row] * half;
    const float* __restrict sine = sines + positions[row] * half;
    for (std::int64_t head = 0; head < rotated_heads; ++head) {
      T* __restrict first = qkv + row * row_width + head * head_dim;
      T* __restrict second = first + half;
      for (std::int64_t j = 0; j < half; ++j) {
        const float a = to_float(first[j]);
        const float b = to_float(second[j]);
        const float s = direction * sine[j];
        first[j] = from_float<T>(a * cosine[j] - b * s);
        second[j] = from_float<T>(b * cosine[j] + a * s);
      }
    }
  }
}

#define HONE_INSTANTIATE_GLU(T, Gate)                                                 \
  template void glu<T, Gate>(const T*, std::int64_t, std::int64_t, std::int64_t, T*); \
  template void glu_backward<T, Gate>(const T*, const T*, std::int64_t, std::int64_t, std::int64_t, T*);
#define HONE_INSTANTIATE(T)                                                                                           \
  template void add_rms_norm<T>(const T*, const T*, const T*, float, float, std::int64_t, std::int64_t, std::int64_t, \
                                T*, T*, float*);                                                                      \
  template void add_rms_norm_backward<T>(const T*, const T*, const T*, const T*, float, const float*, std::int64_t,   \
                                         std::int64_t, std::int64_t, T*, float*);                                     \
  HONE_INSTANTIATE_GLU(T, SiluGate)                                                                                   \
  HONE_INSTANTIATE_GLU(T, GeluTanhGate)                                                                               \
  template void rotate<T>(T*, const std::int64_t*, const float*, const float*, std::int64_t, std::int64_t,            \
                          std::int64_t, float, std::int64_t, std::int64_t);
HONE_INSTANTIATE(float)
HONE_INSTANTIATE(BFloat16)
#undef HONE_INSTANTIATE
#undef HONE_INSTANTIATE_GLU

}  // namespace hone::policies::kernels
