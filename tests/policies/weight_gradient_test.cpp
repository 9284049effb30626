#include "policies/weight_gradient.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <optional>

#include "policies/projection.h"
#include "policies/reference_path.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;

namespace {

/// gradᵀ · x in float64.
at::Tensor exact(const at::Tensor& grad, const at::Tensor& x) {
  return at::mm(grad.to(at::kDouble).t(), x.to(at::kDouble)).to(at::kFloat);
}

}  // namespace

TEST_CASE("a bfloat16 weight's gradient is the float32 sum of all backwards", "[policies][weight_gradient]") {
  struct Sizes {
    std::int64_t tokens, out, in;
  };
  const auto [tokens, out, in] = GENERATE(Sizes{1, 5, 3}, Sizes{7, 32, 16}, Sizes{33, 100, 40}, Sizes{64, 96, 64},
                                          Sizes{600, 48, 577}, Sizes{513, 33, 1540}, Sizes{2, 4, 4000});
  const bool by_reference = GENERATE(false, true);
  INFO(tokens << " tokens, " << out << " x " << in << (by_reference ? ", reference path" : ""));
  std::optional<policies::ReferencePath> reference;
  if (by_reference) reference.emplace();
  const auto weight = leaf(normal({out, in}, 1), at::kBFloat16);
  const auto x = leaf(normal({tokens, in}, 2), at::kBFloat16);
  const auto bias = leaf(normal({out}, 3), at::kBFloat16);
  const auto grad = normal({tokens, out}, 4).to(at::kBFloat16);
  const auto y = policies::project(x, weight, bias);
  CHECK(y.equal(at::linear(x, weight, bias)));
  y.backward(grad);
  REQUIRE(weight.grad().scalar_type() == at::kFloat);
  // The generic path rounds each product to bfloat16 before it is added.
  const double tolerance = by_reference ? 4e-3 : 1e-6;
  const auto expected = exact(grad, x);
  CHECK(relative_difference(weight.grad(), expected) < tolerance);
  policies::project(x, weight, bias).backward(grad);
  CHECK(relative_difference(weight.grad(), 2 * expected) < tolerance);

  const auto plain_x = leaf(x, at::kBFloat16);
  const auto plain_bias = leaf(bias, at::kBFloat16);
  for (int i = 0; i < 2; ++i) at::linear(plain_x, weight.detach(), plain_bias).backward(grad);
  CHECK(x.grad().equal(plain_x.grad()));
  CHECK(bias.grad().equal(plain_bias.grad()));
}

TEST_CASE("without tokens a bfloat16 weight's gradient is zero", "[policies][weight_gradient]") {
  const auto weight = leaf(normal({4, 3}, 1), at::kBFloat16);
  policies::project(at::empty({0, 3}, at::kBFloat16), weight).sum().backward();
  CHECK(weight.grad().equal(at::zeros({4, 3})));
}

TEST_CASE("a float32 weight's gradient goes autograd's way", "[policies][weight_gradient]") {
  const auto weight = leaf(normal({4, 3}, 1));
  CHECK_FALSE(policies::sums_in_float32(weight));
  CHECK_FALSE(policies::sums_in_float32(normal({4, 3}, 1).to(at::kBFloat16)));
}
