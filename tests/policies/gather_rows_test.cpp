#include "policies/gather_rows.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>

#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;

TEST_CASE("gather_rows and its gradient are those of indexing", "[policies][gather_rows]") {
  const auto ids = at::tensor({3, 0, 3, 3, 6}, at::kLong);
  const auto table = leaf(normal({7, 5}, 1));
  const auto grad = normal({5, 5}, 2);
  const auto rows = policies::gather_rows(table, ids);
  rows.backward(grad);
  const auto plain = leaf(table);
  const auto expected = plain.index({ids});
  expected.backward(grad);
  CHECK(rows.equal(expected));
  CHECK(difference(table.grad(), plain.grad()) < 1e-6);
  CHECK(table.grad()[1].abs().max().item<double>() == 0.0);
}

TEST_CASE("a row that is read 4096 times gets the whole gradient of a bfloat16 table", "[policies][gather_rows]") {
  // Summed in bfloat16, ones stop counting at 256.
  const auto table = leaf(at::zeros({2, 3}), at::kBFloat16);
  policies::gather_rows(table, at::zeros({4096}, at::kLong)).sum().backward();
  CHECK(table.grad().equal(at::tensor({4096.0F, 4096.0F, 4096.0F, 0.0F, 0.0F, 0.0F}).view({2, 3})));
}

TEST_CASE("gathering no rows gives none, and a gradient of zeros", "[policies][gather_rows]") {
  const auto table = leaf(normal({7, 5}, 1));
  const auto rows = policies::gather_rows(table, at::empty({0}, at::kLong));
  CHECK(rows.size(0) == 0);
  rows.sum().backward();
  CHECK(table.grad().equal(at::zeros({7, 5})));
}
