#include "policies/attention.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.h"
#include "policies/reference_path.h"
#include "tests/policies/plain_attention.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using policies::TokenTree;
using policies::kernels::HeadLayout;

namespace {

constexpr double kTheta = 5000.0;

/// A lone token, a sequence, a tree of three leaves (one of them empty), and a tree whose leaves begin at once.
const std::vector<TokenTree> kTrees = {
    {{0, 1}, {}}, {{1, 37}, {}}, {{38, 19}, {{57, 5}, {62, 0}, {62, 18}}}, {{80, 0}, {{80, 3}, {83, 2}}}};
constexpr std::int64_t kTokens = 85;

policies::AttentionSpec one_spec(const HeadLayout& heads, const policies::RotaryTable& rotary) {
  return {{rotary}, {{heads, 0}}};
}

std::vector<TokenTree> one_sequence(std::int64_t tokens) {
  return {{{0, tokens}, {}}};
}

}  // namespace

TEST_CASE("rotation angles are position over theta to the power of 2i / head_dim", "[policies][attention]") {
  const auto table = policies::make_rotary_table(1001, 4, {.theta = 100.0}, at::kCPU);
  REQUIRE(table.cosines.sizes() == at::IntArrayRef({1001, 2}));
  CHECK(table.cosines[0].equal(at::ones({2})));
  CHECK(std::abs(table.sines[1][0].item<double>() - std::sin(1.0)) < 1e-7);
  CHECK(std::abs(table.sines[1000][1].item<double>() - std::sin(100.0)) < 1e-7);  // 1000 / 100^(1/2)
  CHECK(std::abs(table.cosines[1000][0].item<double>() - std::cos(1000.0)) < 1e-7);
}

TEST_CASE("packed attention and its gradient are those of every sequence on its own", "[policies][attention]") {
  const bool reference = GENERATE(false, true);
  const auto head_dim = GENERATE(8, 16, 20, 64);
  const auto group = GENERATE(1, 2, 4);
  const auto type = GENERATE(at::kFloat, at::kBFloat16);
  CAPTURE(reference, head_dim, group, c10::toString(type));
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  // bfloat16: rotated queries and keys, probabilities' products and results are rounded to 8 bits.
  const double tolerance = type == at::kFloat ? 1e-5 : 2e-2;
  const HeadLayout heads{2 * group, 2, head_dim};
  const auto layout = policies::make_packed_layout(kTrees, at::kCPU);
  const auto rotary = policies::make_rotary_table(64, head_dim, {.theta = kTheta}, at::kCPU);

  const auto qkv = leaf(normal({kTokens, heads.qkv_width()}, 1), type);
  const auto grad = normal({kTokens, heads.out_width()}, 2).to(type);
  policies::PackedAttention attention(one_spec(heads, rotary), layout);
  const auto result = attention.attend(0, qkv.clone());
  result.backward(grad);

  const auto plain = leaf(qkv, at::kDouble);
  const auto expected = plain_attention::trees(plain, heads, kTrees, kTheta);
  expected.backward(grad.to(at::kDouble));

  CHECK(result.scalar_type() == type);
  CHECK(relative_difference(result, expected) < tolerance);
  CHECK(relative_difference(qkv.grad(), plain.grad()) < tolerance);
}

TEST_CASE("the number of threads changes no bit of attention", "[policies][attention]") {
  const HeadLayout heads{4, 2, 20};
  const auto layout = policies::make_packed_layout(kTrees, at::kCPU);
  const auto rotary = policies::make_rotary_table(64, 20, {.theta = kTheta}, at::kCPU);
  const auto both = [&] {
    const auto qkv = leaf(normal({kTokens, heads.qkv_width()}, 1));
    const auto result = policies::PackedAttention(one_spec(heads, rotary), layout).attend(0, qkv.clone());
    result.backward(normal({kTokens, heads.out_width()}, 2));
    return std::pair{result, qkv.grad()};
  };
  const auto [result, gradient] = both();
  const Threads three(3);
  const auto again = both();
  CHECK(again.first.equal(result));
  CHECK(again.second.equal(gradient));
}

TEST_CASE("the backward does not need the layout", "[policies][attention]") {
  const HeadLayout heads{2, 1, 8};
  const auto rotary = policies::make_rotary_table(64, 8, {.theta = kTheta}, at::kCPU);
  auto layout = policies::make_packed_layout(one_sequence(9), at::kCPU);
  const auto qkv = leaf(normal({9, heads.qkv_width()}, 1));
  const auto grad = normal({9, heads.out_width()}, 2);
  const auto result = policies::PackedAttention(one_spec(heads, rotary), layout).attend(0, qkv.clone());
  layout = policies::make_packed_layout({}, at::kCPU);
  result.backward(grad);
  const auto plain = leaf(qkv, at::kDouble);
  plain_attention::sequence(plain, heads, kTheta).backward(grad.to(at::kDouble));
  CHECK(relative_difference(qkv.grad(), plain.grad()) < 1e-5);
}

TEST_CASE("attention holds where one key has nearly all the weight", "[policies][attention]") {
  const HeadLayout heads{2, 1, 8};
  const auto layout = policies::make_packed_layout(one_sequence(33), at::kCPU);
  const auto rotary = policies::make_rotary_table(64, 8, {.theta = kTheta}, at::kCPU);
  const auto qkv = normal({33, heads.qkv_width()}, 5) * 12.0;  // scores of some hundreds
  policies::PackedAttention attention(one_spec(heads, rotary), layout);
  const auto result = attention.attend(0, qkv.clone());
  CHECK(relative_difference(result, plain_attention::sequence(qkv, heads, kTheta)) < 1e-4);
}

TEST_CASE("sequences of one pack do not see each other", "[policies][attention]") {
  const bool reference = GENERATE(false, true);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const HeadLayout heads{4, 2, 20};
  const auto layout = policies::make_packed_layout(kTrees, at::kCPU);
  const auto rotary = policies::make_rotary_table(64, 20, {.theta = kTheta}, at::kCPU);
  const auto attend = [&](const at::Tensor& qkv) {
    policies::PackedAttention attention(one_spec(heads, rotary), layout);
    return attention.attend(0, qkv.clone());
  };
  const auto qkv = normal({kTokens, heads.qkv_width()}, 1);
  const auto before = attend(qkv);

  SECTION("another sequence changes nothing, to the bit") {
    auto changed = qkv.clone();
    changed.narrow(0, 1, 37).fill_(17.0);
    const auto after = attend(changed);
    CHECK(after.narrow(0, 0, 1).equal(before.narrow(0, 0, 1)));
    CHECK_FALSE(after.narrow(0, 1, 37).equal(before.narrow(0, 1, 37)));
    CHECK(after.narrow(0, 38, 47).equal(before.narrow(0, 38, 47)));
  }
  SECTION("a leaf changes neither the root nor its siblings, to the bit") {
    auto changed = qkv.clone();
    changed.narrow(0, 57, 5).fill_(17.0);
    const auto after = attend(changed);
    CHECK(after.narrow(0, 0, 57).equal(before.narrow(0, 0, 57)));
    CHECK(after.narrow(0, 62, 23).equal(before.narrow(0, 62, 23)));
  }
  SECTION("a later token changes no earlier one, to the bit") {
    auto changed = qkv.clone();
    changed.narrow(0, 20, 1).fill_(17.0);
    const auto after = attend(changed);
    CHECK(after.narrow(0, 0, 20).equal(before.narrow(0, 0, 20)));
    CHECK_FALSE(after.narrow(0, 21, 17).equal(before.narrow(0, 21, 17)));
  }
}

TEST_CASE("decoding token by token against the slots is attention over the whole sequence", "[policies][attention]") {
  const bool reference = GENERATE(false, true);
  const auto head_dim = GENERATE(8, 16, 20, 64);
  const auto group = GENERATE(1, 2, 4);
  const auto type = GENERATE(at::kFloat, at::kBFloat16);
  CAPTURE(reference, head_dim, group, c10::toString(type));
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const double tolerance = type == at::kFloat ? 1e-5 : 2e-2;
  const HeadLayout heads{2 * group, 2, head_dim};
  const auto rotary = policies::make_rotary_table(64, head_dim, {.theta = kTheta}, at::kCPU);
  policies::KvCache cache(2, 5, 48, heads, at::TensorOptions().dtype(type));
  // Two sequences, in slots 4 and 1, begun with 11 and 3 tokens; layer 1 of two, so that the layer counts.
  const auto first = normal({31, heads.qkv_width()}, 1).to(type);
  const auto second = normal({31, heads.qkv_width()}, 2).to(type);
  const auto layout = policies::make_packed_layout({{{0, 11}, {}}, {{11, 3}, {}}}, at::kCPU);
  const auto slots = at::cat({at::full({11}, 4, at::kLong), at::full({3}, 1, at::kLong)});
  policies::PrefillAttention prefill(one_spec(cache.heads, rotary), layout, cache, slots);
  const auto begun = prefill.attend(1, at::cat({first.narrow(0, 0, 11), second.narrow(0, 0, 3)}));
  std::vector<at::Tensor> first_out = {begun.narrow(0, 0, 11)}, second_out = {begun.narrow(0, 11, 3)};
  for (std::int64_t step = 0; step < 20; ++step) {
    policies::SlotAttention attention(one_spec(cache.heads, rotary), cache, at::tensor({4, 1}, at::kLong),
                                      at::tensor({11 + step, 3 + step}, at::kLong));
    const auto out = attention.attend(1, at::cat({first.narrow(0, 11 + step, 1), second.narrow(0, 3 + step, 1)}));
    first_out.push_back(out.narrow(0, 0, 1));
    second_out.push_back(out.narrow(0, 1, 1));
  }
  CHECK(relative_difference(at::cat(first_out), plain_attention::sequence(first, heads, kTheta)) < tolerance);
  CHECK(relative_difference(at::cat(second_out), plain_attention::sequence(second.narrow(0, 0, 23), heads, kTheta)) <
        tolerance);
  CHECK(cache.keys[0].abs().max().item<double>() == 0.0);
}

TEST_CASE("a copied slot decodes as the one that it was copied from", "[policies][attention]") {
  const HeadLayout heads{2, 1, 8};
  const auto rotary = policies::make_rotary_table(64, 8, {.theta = kTheta}, at::kCPU);
  policies::KvCache cache(1, 3, 16, heads, at::TensorOptions().dtype(at::kFloat));
  const auto layout = policies::make_packed_layout(one_sequence(9), at::kCPU);
  policies::PrefillAttention prefill(one_spec(cache.heads, rotary), layout, cache, at::zeros({9}, at::kLong));
  prefill.attend(0, normal({9, heads.qkv_width()}, 1));
  cache.copy_slot(0, {2}, 9);
  const auto row = normal({1, heads.qkv_width()}, 2);
  policies::SlotAttention attention(one_spec(cache.heads, rotary), cache, at::tensor({0, 2}, at::kLong),
                                    at::tensor({9, 9}, at::kLong));
  const auto out = attention.attend(0, at::cat({row, row}));
  CHECK(out[0].equal(out[1]));
  CHECK(cache.keys[0][2].narrow(1, 10, 6).abs().max().item<double>() == 0.0);
  CHECK(cache.keys[0][1].abs().max().item<double>() == 0.0);
}

TEST_CASE("a layout names the place of a segment that leaves a gap", "[policies][attention]") {
  CHECK_THROWS_AS(policies::make_packed_layout({{{0, 4}, {}}, {{5, 2}, {}}}, at::kCPU), core::ShapeError);
  CHECK_THROWS_AS(policies::make_packed_layout({{{0, 4}, {{3, 2}}}}, at::kCPU), core::ShapeError);
  const auto layout = policies::make_packed_layout({{{0, 2}, {{2, 1}, {3, 2}}}, {{5, 1}, {}}}, at::kCPU);
  CHECK(layout.positions.equal(at::tensor({0, 1, 2, 2, 3, 0}, at::kLong)));
  CHECK(layout.tree_of.equal(at::tensor({0, 0, 0, 0, 0, 1}, at::kLong)));
  CHECK(layout.leaf_of.equal(at::tensor({0, 0, 1, 2, 2, 0}, at::kLong)));
}

TEST_CASE("a sequence beyond the policy's context is refused before it is computed", "[policies][attention]") {
  const HeadLayout heads{2, 1, 8};
  const auto rotary = policies::make_rotary_table(16, 8, {.theta = kTheta}, at::kCPU);
  const auto fits = policies::make_packed_layout({{{0, 12}, {{12, 4}, {16, 4}}}}, at::kCPU);
  CHECK_NOTHROW(policies::PackedAttention(one_spec(heads, rotary), fits));
  const auto passes = policies::make_packed_layout({{{0, 12}, {{12, 4}, {16, 5}}}}, at::kCPU);
  CHECK_THROWS_AS(policies::PackedAttention(one_spec(heads, rotary), passes), core::ShapeError);
  policies::KvCache cache(1, 1, 32, heads, at::TensorOptions().dtype(at::kFloat));
  CHECK_THROWS_AS(policies::PrefillAttention(one_spec(heads, rotary), passes, cache, at::zeros({21}, at::kLong)),
                  core::ShapeError);
}
