#include "rl/peak.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "cost/stopwatch.h"

namespace hone::rl {

double measure_matmul_peak(policies::ComputeType compute, const c10::Device& device) {
  constexpr std::int64_t kSize = 2048;
  constexpr int kRuns = 8;
  const at::NoGradGuard no_grad;
  const auto type = compute == policies::ComputeType::kBFloat16 ? at::kBFloat16 : at::kFloat;
  const auto options = at::TensorOptions().dtype(type).device(device);
  const auto a = at::full({kSize, kSize}, 0.5, options);
  const auto b = at::full({kSize, kSize}, 0.25, options);
  auto out = at::empty({kSize, kSize}, options);
  double best = 0.0;
  for (int run = 0; run < kRuns; ++run) {
    cost::Stopwatch watch;
    at::mm_out(out, a, b.t());
    static_cast<void>(out[0][0].item<float>());  // waits for the device
    best = std::max(best, 2.0 * kSize * kSize * kSize / watch.seconds());
  }
  return best;
}

}  // namespace hone::rl
