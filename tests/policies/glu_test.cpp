#include "policies/glu.h"

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

using policies::Activation;

at::Tensor plain_glu(const at::Tensor& gate_up, Activation activation) {
  const auto halves = gate_up.to(at::kFloat).chunk(2, 1);
  const auto gate =
      activation == Activation::kSilu ? halves[0] / (1.0 + at::exp(-halves[0])) : at::gelu(halves[0], "tanh");
  return gate * halves[1];
}

}  // namespace

TEST_CASE("a gated unit and its gradient are those of the formula", "[policies][glu]") {
  const bool reference = GENERATE(false, true);
  const auto activation = GENERATE(Activation::kSilu, Activation::kGeluTanh);
  const auto tokens = GENERATE(1, 9, 257);
  const auto width = GENERATE(3, 16, 52);
  const auto type = GENERATE(at::kFloat, at::kBFloat16);
  CAPTURE(reference, tokens, width, c10::toString(type));
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const double tolerance = type == at::kFloat ? 2e-6 : 5e-3;  // bfloat16: one rounding at the end

  const auto gate_up = leaf(normal({tokens, 2 * width}, 1) * 4.0, type);
  const auto grad = normal({tokens, width}, 2).to(type);
  const auto result = policies::glu(gate_up, activation);
  result.backward(grad);
  const auto plain = leaf(gate_up);
  const auto expected = plain_glu(plain, activation);
  expected.backward(grad.to(at::kFloat));

  CHECK(result.scalar_type() == type);
  CHECK(relative_difference(result, expected) < tolerance);
  CHECK(relative_difference(gate_up.grad(), plain.grad()) < tolerance);
}

TEST_CASE("a gated unit of very large gates is the gate or nothing", "[policies][glu]") {
  const auto activation = GENERATE(Activation::kSilu, Activation::kGeluTanh);
  const auto gate_up = at::tensor({500.0F, -500.0F, 0.0F, 2.0F, 2.0F, 2.0F}).view({1, 6});
  CHECK(difference(policies::glu(gate_up, activation), at::tensor({1000.0F, 0.0F, 0.0F}).view({1, 3})) < 1e-30);
}

TEST_CASE("a gated unit reads strided tensors as they are and refuses an odd width", "[policies][glu]") {
  const auto activation = GENERATE(Activation::kSilu, Activation::kGeluTanh);
  const auto gate_up = normal({12, 8}, 1).t();  // [8, 12]
  CHECK(difference(policies::glu(gate_up, activation), plain_glu(gate_up, activation)) < 1e-5);
  CHECK_THROWS_AS(policies::glu(normal({4, 7}, 1), activation), core::ShapeError);
  CHECK_THROWS_AS(policies::glu(normal({4, 8}, 1).to(at::kDouble), activation), core::ShapeError);
}
