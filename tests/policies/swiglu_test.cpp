#include "policies/swiglu.h"

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

at::Tensor plain_swiglu(const at::Tensor& gate_up) {
  const auto halves = gate_up.to(at::kFloat).chunk(2, 1);
  return halves[0] / (1.0 + at::exp(-halves[0])) * halves[1];
}

}  // namespace

TEST_CASE("swiglu and its gradient are those of the formula", "[policies][swiglu]") {
  const bool reference = GENERATE(false, true);
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
  const auto result = policies::swiglu(gate_up);
  result.backward(grad);
  const auto plain = leaf(gate_up);
  const auto expected = plain_swiglu(plain);
  expected.backward(grad.to(at::kFloat));

  CHECK(result.scalar_type() == type);
  CHECK(relative_difference(result, expected) < tolerance);
  CHECK(relative_difference(gate_up.grad(), plain.grad()) < tolerance);
}

TEST_CASE("swiglu of very large gates is the gate or nothing", "[policies][swiglu]") {
  const auto gate_up = at::tensor({500.0F, -500.0F, 0.0F, 2.0F, 2.0F, 2.0F}).view({1, 6});
  CHECK(difference(policies::swiglu(gate_up), at::tensor({1000.0F, 0.0F, 0.0F}).view({1, 3})) < 1e-30);
}

TEST_CASE("swiglu reads strided tensors as they are and refuses an odd width", "[policies][swiglu]") {
  const auto gate_up = normal({12, 8}, 1).t();  // [8, 12]
  CHECK(difference(policies::swiglu(gate_up), plain_swiglu(gate_up)) < 1e-5);
  CHECK_THROWS_AS(policies::swiglu(normal({4, 7}, 1)), core::ShapeError);
  CHECK_THROWS_AS(policies::swiglu(normal({4, 8}, 1).to(at::kDouble)), core::ShapeError);
}
