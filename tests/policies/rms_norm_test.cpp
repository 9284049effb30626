#include "policies/rms_norm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <optional>

#include "core/error.h"
#include "policies/reference_path.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;

namespace {

constexpr double kEps = 1e-5;

at::Tensor plain_rms_norm(const at::Tensor& x, const at::Tensor& weight) {
  const auto wide = x.to(at::kFloat);
  return wide * at::rsqrt(wide.square().mean(-1, true) + kEps) * weight.to(at::kFloat);
}

}  // namespace

TEST_CASE("rms_norm and its gradients are those of the formula", "[policies][rms_norm]") {
  const bool reference = GENERATE(false, true);
  const auto tokens = GENERATE(1, 7, 333);
  const auto hidden = GENERATE(5, 16, 40, 131);
  const auto type = GENERATE(at::kFloat, at::kBFloat16);
  CAPTURE(reference, tokens, hidden, c10::toString(type));
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  // bfloat16 keeps 8 bits: half a unit of rounding at the end, the arithmetic between being float32.
  const double tolerance = type == at::kFloat ? 2e-6 : 5e-3;

  const auto x = leaf(normal({tokens, hidden}, 1) * 3.0, type);
  const auto weight = leaf(normal({hidden}, 2), type);
  const auto grad = normal({tokens, hidden}, 3).to(type);
  const auto result = policies::rms_norm(x, weight, kEps);
  result.backward(grad);

  const auto plain_x = leaf(x);
  const auto plain_weight = leaf(weight);
  const auto expected = plain_rms_norm(plain_x, plain_weight);
  expected.backward(grad.to(at::kFloat));

  CHECK(result.scalar_type() == type);
  CHECK(relative_difference(result, expected) < tolerance);
  CHECK(relative_difference(x.grad(), plain_x.grad()) < tolerance);
  CHECK(relative_difference(weight.grad(), plain_weight.grad()) < tolerance);
}

TEST_CASE("add_rms_norm passes on the gradient of either output alone and of both", "[policies][rms_norm]") {
  const bool reference = GENERATE(false, true);
  const auto type = GENERATE(at::kFloat, at::kBFloat16);
  const bool uses_sum = GENERATE(false, true);
  const bool uses_normed = GENERATE(false, true);
  if (!uses_sum && !uses_normed) {
    return;
  }
  CAPTURE(reference, c10::toString(type), uses_sum, uses_normed);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const double tolerance = type == at::kFloat ? 2e-6 : 8e-3;
  const auto x = leaf(normal({67, 40}, 1), type);
  const auto delta = leaf(normal({67, 40}, 2), type);
  const auto weight = leaf(normal({40}, 3), type);
  const auto grad_sum = normal({67, 40}, 4);
  const auto grad_normed = normal({67, 40}, 5);
  const auto loss = [&](const at::Tensor& sum, const at::Tensor& normed) {
    auto total = at::zeros({});
    if (uses_sum) {
      total = total + (sum.to(at::kFloat) * grad_sum).sum();
    }
    if (uses_normed) {
      total = total + (normed.to(at::kFloat) * grad_normed).sum();
    }
    return total;
  };

  const auto [sum, normed] = policies::add_rms_norm(x, delta, weight, kEps);
  loss(sum, normed).backward();
  const auto plain_x = leaf(x);
  const auto plain_delta = leaf(delta);
  const auto plain_weight = leaf(weight);
  const auto plain_sum = plain_x + plain_delta;
  const auto plain_normed = plain_rms_norm(plain_sum, plain_weight);
  loss(plain_sum, plain_normed).backward();

  CHECK(relative_difference(sum, plain_sum) < tolerance);
  CHECK(relative_difference(normed, plain_normed) < tolerance);
  CHECK(relative_difference(x.grad(), plain_x.grad()) < tolerance);
  CHECK(relative_difference(delta.grad(), plain_delta.grad()) < tolerance);
  CHECK(weight.grad().defined() == uses_normed);
  if (uses_normed) {
    CHECK(relative_difference(weight.grad(), plain_weight.grad()) < tolerance);
  }
}

TEST_CASE("the weight's gradient has the same bits every time, on any number of threads", "[policies][rms_norm]") {
  const auto x = normal({1000, 24}, 1);
  const auto grad = normal({1000, 24}, 2);
  const auto weight_grad = [&] {
    const auto weight = leaf(at::ones({24}));
    policies::rms_norm(x, weight, kEps).backward(grad);
    return weight.grad();
  };
  const auto single = weight_grad();
  const Threads three(3);
  CHECK(weight_grad().equal(single));
}

TEST_CASE("rms_norm reads strided tensors as they are and refuses shapes that do not fit", "[policies][rms_norm]") {
  const auto wide = normal({6, 32}, 1);
  const auto x = wide.narrow(1, 8, 16);  // [6, 16], rows 32 apart
  const auto weight = normal({32}, 2).slice(0, 0, 32, 2);
  CHECK(difference(policies::rms_norm(x, weight, kEps), plain_rms_norm(x, weight)) < 1e-5);
  const auto [sum, normed] = policies::add_rms_norm(x, x, weight, kEps);
  CHECK(difference(normed, plain_rms_norm(x + x, weight)) < 1e-5);
  CHECK_THROWS_AS(policies::rms_norm(x, at::ones({15}), kEps), core::ShapeError);
  CHECK_THROWS_AS(policies::rms_norm(x, at::ones({16}, at::kBFloat16), kEps), core::ShapeError);
  CHECK_THROWS_AS(policies::add_rms_norm(x, x.narrow(0, 0, 5), at::ones({16}), kEps), core::ShapeError);
}
