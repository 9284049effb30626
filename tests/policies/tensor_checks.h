#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/random.h"

/// What the tests of tensors share.
namespace tensor_checks {

/// Standard normal float32 numbers, the same for the same seed.
inline at::Tensor normal(at::IntArrayRef shape, std::uint64_t seed) {
  return at::empty(shape, at::kFloat).normal_(0.0, 1.0, at::detail::createCPUGenerator(seed));
}

/// A copy that wants a gradient.
inline at::Tensor leaf(const at::Tensor& values, at::ScalarType type = at::kFloat) {
  return values.detach().to(type).clone().set_requires_grad(true);
}

/// max |a - b| in float64.
inline double difference(const at::Tensor& a, const at::Tensor& b) {
  const auto gap = (a.detach().to(at::kDouble) - b.detach().to(at::kDouble)).abs();
  return gap.numel() == 0 ? 0.0 : gap.max().item<double>();
}

/// max |a - b| over max |b|; NaN where a has one, so that a comparison with it fails.
inline double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return difference(a, b) / b.detach().to(at::kDouble).abs().max().item<double>();
}

inline std::vector<std::int32_t> random_ids(std::int64_t count, std::int64_t vocab, std::uint64_t seed) {
  hone::core::RandomStream stream(seed, "test/ids");
  std::vector<std::int32_t> ids;
  for (std::int64_t i = 0; i < count; ++i) {
    ids.push_back(static_cast<std::int32_t>(stream.integer(0, vocab - 1)));
  }
  return ids;
}

/// So many threads while it lives.
class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { at::set_num_threads(before_); }

 private:
  int before_;
};

/// A folder that is gone after the test.
struct TemporaryFolder {
  std::filesystem::path path;
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hone-test-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

}  // namespace tensor_checks
