#include "policies/token_logprobs.h"

#include <ATen/ATen.h>
#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <memory>
#include <optional>

#include "core/error.h"
#include "policies/reference_path.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using policies::token_logprobs;

namespace {

struct Input {
  at::Tensor hidden, head, targets;
  explicit Input(std::int64_t tokens = 45, std::int64_t vocab = 77, at::ScalarType type = at::kFloat)
      : hidden(leaf(normal({tokens, 24}, 1), type)),
        head(leaf(normal({vocab, 24}, 2) * 0.5, type)),
        targets(at::randint(vocab, {tokens}, at::detail::createCPUGenerator(3), at::kLong)) {}
};

struct Plain {
  at::Tensor logprobs, entropy;
};

Plain plain(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets, double temperature) {
  const auto logp = at::log_softmax(at::mm(hidden, head.t()) / temperature, 1);
  return {logp.gather(1, targets.unsqueeze(1)).squeeze(1), -(logp.exp() * logp).sum(1)};
}

/// The largest single allocation on the CPU while it is installed.
struct LargestAllocation : c10::MemoryReportingInfoBase {
  std::size_t bytes = 0;
  void reportMemoryUsage(void*, std::int64_t size, std::size_t, std::size_t, c10::Device) override {
    bytes = std::max(bytes, static_cast<std::size_t>(std::max<std::int64_t>(size, 0)));
  }
  [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }
};

}  // namespace

TEST_CASE("log-probabilities, entropy and their gradients are those of log_softmax", "[policies][token_logprobs]") {
  const bool reference = GENERATE(false, true);
  const double temperature = GENERATE(1.0, 0.6, 2.5);
  const auto chunk_tokens = GENERATE(1, 7, 45, 1000);
  CAPTURE(reference, temperature, chunk_tokens);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const Input input;
  const auto grad_logprobs = normal({45}, 4);
  const auto grad_entropy = normal({45}, 5);
  const auto [logprobs, entropy] = token_logprobs(input.hidden, input.head, input.targets, temperature, chunk_tokens);
  ((logprobs * grad_logprobs).sum() + (entropy * grad_entropy).sum()).backward();

  const auto hidden = leaf(input.hidden, at::kDouble);
  const auto head = leaf(input.head, at::kDouble);
  const auto expected = plain(hidden, head, input.targets, temperature);
  ((expected.logprobs * grad_logprobs).sum() + (expected.entropy * grad_entropy).sum()).backward();

  CHECK(difference(logprobs, expected.logprobs) < 1e-5);
  CHECK(difference(entropy, expected.entropy) < 1e-5);
  CHECK(relative_difference(input.hidden.grad(), hidden.grad()) < 1e-5);
  CHECK(relative_difference(input.head.grad(), head.grad()) < 1e-5);
}

TEST_CASE("either output alone has its gradient", "[policies][token_logprobs]") {
  const bool reference = GENERATE(false, true);
  const bool of_entropy = GENERATE(false, true);
  CAPTURE(reference, of_entropy);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const Input input;
  const auto result = token_logprobs(input.hidden, input.head, input.targets, 0.8, 16);
  (of_entropy ? result.entropy : result.logprobs).sum().backward();
  const auto hidden = leaf(input.hidden, at::kDouble);
  const auto head = leaf(input.head, at::kDouble);
  const auto expected = plain(hidden, head, input.targets, 0.8);
  (of_entropy ? expected.entropy : expected.logprobs).sum().backward();
  CHECK(relative_difference(input.hidden.grad(), hidden.grad()) < 1e-5);
  CHECK(relative_difference(input.head.grad(), head.grad()) < 1e-5);
}

TEST_CASE("bfloat16 logits cost a log-probability at most their own rounding", "[policies][token_logprobs]") {
  const Input input(45, 77, at::kBFloat16);
  const auto [logprobs, entropy] = token_logprobs(input.hidden, input.head, input.targets, 1.0, 16);
  logprobs.sum().backward();
  CHECK(logprobs.scalar_type() == at::kFloat);
  const auto hidden = leaf(input.hidden, at::kDouble);
  const auto head = leaf(input.head, at::kDouble);
  const auto expected = plain(hidden, head, input.targets, 1.0);
  expected.logprobs.sum().backward();
  CHECK(difference(logprobs, expected.logprobs) < 0.05);  // logits up to 10 in steps of 1/32, half a step each way
  CHECK(relative_difference(input.hidden.grad(), hidden.grad()) < 0.02);
  CHECK(relative_difference(input.head.grad(), head.grad()) < 0.02);
}

TEST_CASE("the gradient of a confident token survives bfloat16", "[policies][token_logprobs]") {
  // One hidden number: logits 7, 0, 0. The target's probability is p = 1 / (1 + 2e⁻⁷) = 0.99818, its logit's gradient
  // 1 - p = 0.00182; in bfloat16, whose step below 1 is 0.0039, p alone would be 1 or 0.996.
  const auto hidden = leaf(at::ones({1, 1}), at::kBFloat16);
  const auto head = leaf(at::tensor({7.0F, 0.0F, 0.0F}).view({3, 1}), at::kBFloat16);
  token_logprobs(hidden, head, at::zeros({1}, at::kLong), 1.0, 8).logprobs.sum().backward();
  const double p = 1.0 / (1.0 + 2.0 * std::exp(-7.0));
  CHECK(std::abs(head.grad()[0][0].item<double>() - (1.0 - p)) < 0.01 * (1.0 - p));
  CHECK(std::abs(head.grad()[1][0].item<double>() + (1.0 - p) / 2.0) < 0.01 * (1.0 - p));
}

TEST_CASE("logits far from zero give finite log-probabilities", "[policies][token_logprobs]") {
  const auto head = at::tensor({1000.0F, -1000.0F, 999.0F}).view({3, 1});
  const auto targets = at::tensor({0, 1, 2}, at::kLong);
  const auto [logprobs, entropy] = token_logprobs(at::ones({3, 1}), head, targets, 1.0, 2);
  // log(1 + e⁻¹) = 0.313262
  CHECK(difference(logprobs, at::tensor({-0.313262, -2000.313262, -1.313262})) < 1e-3);
  CHECK(difference(entropy, at::full({3}, 0.582203)) < 1e-4);  // of 0.731059 and 0.268941
}

TEST_CASE("logits never exist for more tokens than a chunk, forward or backward", "[policies][token_logprobs]") {
  const bool reference = GENERATE(false, true);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  constexpr std::int64_t kTokens = 640, kVocab = 1500, kChunk = 32;
  const Input input(kTokens, kVocab);
  const auto largest = std::make_shared<LargestAllocation>();
  {
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, largest);
    const auto result = token_logprobs(input.hidden, input.head, input.targets, 1.0, kChunk);
    (result.logprobs.sum() + result.entropy.sum()).backward();
  }
  constexpr std::size_t kChunkBytes = kChunk * kVocab * sizeof(float);
  CHECK(largest->bytes >= kChunkBytes);
  CHECK(largest->bytes < 2 * kChunkBytes);  // the whole would be 20 chunks
}

TEST_CASE("no tokens give no log-probabilities", "[policies][token_logprobs]") {
  const Input input(0);
  const auto result = token_logprobs(input.hidden, input.head, input.targets, 1.0, 16);
  CHECK(result.logprobs.numel() == 0);
  result.logprobs.sum().backward();
  CHECK(input.head.grad().abs().max().item<double>() == 0.0);
}

TEST_CASE("what cannot be computed is refused by name", "[policies][token_logprobs]") {
  const Input input;
  CHECK_THROWS_AS(token_logprobs(input.hidden, input.head, input.targets, 0.0, 16), core::ConfigError);
  CHECK_THROWS_AS(token_logprobs(input.hidden, input.head, input.targets, 1.0, 0), core::ConfigError);
  CHECK_THROWS_AS(token_logprobs(input.hidden, input.head, input.targets.narrow(0, 0, 44), 1.0, 16), core::ShapeError);
  CHECK_THROWS_AS(token_logprobs(input.hidden, input.head, input.targets + 70, 1.0, 16), core::DataError);
  CHECK_THROWS_AS(token_logprobs(input.hidden, input.head, input.targets - 70, 1.0, 16), core::DataError);
}
