#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "core/error.h"
#include "rl/clip.h"
#include "rl/fused_adamw.h"

using Catch::Approx;
using namespace hone::rl;

namespace {

constexpr double kLearningRate = 0.01;
const AdamWConfig kConfig{.adam_beta1 = 0.9, .adam_beta2 = 0.95, .adam_epsilon = 1e-6, .weight_decay = 0.1};

std::vector<at::Tensor> random_like(const std::vector<at::Tensor>& tensors, std::uint64_t seed) {
  auto generator = at::detail::createCPUGenerator(seed);
  std::vector<at::Tensor> drawn;
  for (const at::Tensor& tensor : tensors) drawn.push_back(at::randn(tensor.sizes(), generator));
  return drawn;
}

std::vector<at::Tensor> small_model() {
  return random_like({at::empty({3, 5}), at::empty({7}), at::empty({33, 4})}, 1);
}

/// AdamW as the paper's algorithm 2 has it, in double, one number at a time.
struct PaperAdamW {
  double weight = 0.0, first = 0.0, second = 0.0;
  void step(double gradient, double decay, int time) {
    first = kConfig.adam_beta1 * first + (1 - kConfig.adam_beta1) * gradient;
    second = kConfig.adam_beta2 * second + (1 - kConfig.adam_beta2) * gradient * gradient;
    const double first_hat = first / (1 - std::pow(kConfig.adam_beta1, time));
    const double second_hat = second / (1 - std::pow(kConfig.adam_beta2, time));
    weight -= kLearningRate * (first_hat / (std::sqrt(second_hat) + kConfig.adam_epsilon) + decay * weight);
  }
};

}  // namespace

TEST_CASE("ten fused steps are those of the paper's formula, to 1e-6", "[rl][optimizer]") {
  const std::vector<at::Tensor> parameters = small_model();
  std::vector<std::vector<PaperAdamW>> expected;
  for (const at::Tensor& parameter : parameters) {
    expected.emplace_back();
    for (std::int64_t i = 0; i < parameter.numel(); ++i)
      expected.back().push_back({.weight = parameter.view(-1)[i].item<double>()});
  }
  FusedAdamW optimizer(parameters, kConfig);
  for (int time = 1; time <= 10; ++time) {
    const std::vector<at::Tensor> gradients = random_like(parameters, 100 + time);
    for (std::size_t p = 0; p < parameters.size(); ++p)
      for (std::int64_t i = 0; i < parameters[p].numel(); ++i)
        expected[p][i].step(gradients[p].view(-1)[i].item<double>(),
                            parameters[p].dim() >= 2 ? kConfig.weight_decay : 0.0, time);
    optimizer.step(gradients, kLearningRate);
  }
  double worst = 0.0;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    for (std::int64_t i = 0; i < parameters[p].numel(); ++i)
      worst = std::max(worst, std::abs(parameters[p].view(-1)[i].item<double>() - expected[p][i].weight) /
                                  std::max(1.0, std::abs(expected[p][i].weight)));
  CHECK(worst < 1e-6);
  CHECK(optimizer.step_count().item<double>() == 10.0);
}

TEST_CASE("weight decay falls on matrices and not on vectors", "[rl][optimizer]") {
  const std::vector<at::Tensor> parameters = {at::ones({2, 2}), at::ones({2})};
  FusedAdamW optimizer(parameters, kConfig);
  optimizer.step(std::vector<at::Tensor>{at::zeros({2, 2}), at::zeros({2})}, kLearningRate);
  CHECK(parameters[0].allclose(at::full({2, 2}, 1.0 - kLearningRate * kConfig.weight_decay)));
  CHECK(parameters[1].equal(at::ones({2})));
}

TEST_CASE("an optimizer whose state was copied goes on as the first", "[rl][optimizer]") {
  const std::vector<at::Tensor> parameters = small_model();
  FusedAdamW first(parameters, kConfig);
  for (int time = 0; time < 3; ++time) first.step(random_like(parameters, time), kLearningRate);

  std::vector<at::Tensor> copies;
  for (const at::Tensor& parameter : parameters) copies.push_back(parameter.clone());
  FusedAdamW second(copies, kConfig);
  second.step_count().copy_(first.step_count());
  for (std::size_t i = 0; i < copies.size(); ++i) {
    second.first_moments()[i].copy_(first.first_moments()[i]);
    second.second_moments()[i].copy_(first.second_moments()[i]);
  }
  const std::vector<at::Tensor> gradients = random_like(parameters, 9);
  first.step(gradients, kLearningRate);
  second.step(gradients, kLearningRate);
  for (std::size_t i = 0; i < copies.size(); ++i) CHECK(copies[i].equal(parameters[i]));
}

TEST_CASE("gradients are clipped to the norm over all of them", "[rl][optimizer]") {
  std::vector<at::Tensor> gradients = {at::tensor({3.0f, 0.0f}), at::tensor({4.0f})};
  CHECK(gradient_norm(gradients).item<double>() == 5.0);
  CHECK(clip_gradients(gradients, 1.0).item<double>() == 5.0);
  CHECK(gradients[0][0].item<double>() == Approx(0.6));
  CHECK(gradients[1][0].item<double>() == Approx(0.8));
}

TEST_CASE("gradients within the norm are left as they are", "[rl][optimizer]") {
  std::vector<at::Tensor> gradients = {at::tensor({0.1f, -0.7f})};
  clip_gradients(gradients, 1.0);
  CHECK(gradients[0].equal(at::tensor({0.1f, -0.7f})));
}

TEST_CASE("a step and clipping run on the meta device", "[rl][optimizer][meta]") {
  const auto options = at::TensorOptions(at::kMeta);
  const std::vector<at::Tensor> parameters = {at::empty({3, 5}, options), at::empty({7}, options)};
  const std::vector<at::Tensor> gradients = {at::empty({3, 5}, options), at::empty({7}, options)};
  FusedAdamW optimizer(parameters, kConfig);
  CHECK(clip_gradients(gradients, 1.0).is_meta());
  optimizer.step(gradients, kLearningRate);
  CHECK(optimizer.first_moments()[0].is_meta());
  CHECK_THROWS_AS(optimizer.step(std::vector<at::Tensor>{at::zeros({3, 5}), at::zeros({7})}, kLearningRate),
                  hone::core::ShapeError);
}

TEST_CASE("a gradient that is missing or of another type is named", "[rl][optimizer]") {
  const std::vector<at::Tensor> parameters = {at::zeros({2}), at::zeros({3})};
  FusedAdamW optimizer(parameters, kConfig);
  CHECK_THROWS_WITH(optimizer.step(std::vector<at::Tensor>{at::zeros({2}), {}}, kLearningRate),
                    Catch::Matchers::ContainsSubstring("gradient 1 is missing"));
  CHECK_THROWS_WITH(
      optimizer.step(std::vector<at::Tensor>{at::zeros({2}, at::kBFloat16), at::zeros({3})}, kLearningRate),
      Catch::Matchers::ContainsSubstring("gradient 0 is"));
  CHECK_THROWS_AS(FusedAdamW({at::zeros({2}, at::kBFloat16)}, kConfig), hone::core::ShapeError);
}
