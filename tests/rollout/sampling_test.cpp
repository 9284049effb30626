#include "rollout/sampling.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <optional>
#include <set>

#include "core/random.h"
#include "policies/reference_path.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using rollout::kernels::Draw;

namespace {

struct Drawn {
  at::Tensor tokens, logprobs;
};

Drawn sample(const at::Tensor& logits, const at::Tensor& uniforms, const Draw& draw) {
  Drawn drawn{at::full({logits.size(0)}, -1, at::kLong), at::zeros({logits.size(0)})};
  rollout::sample_tokens(logits, uniforms, draw, drawn.tokens, drawn.logprobs);
  return drawn;
}

/// One row of logits drawn from at each of the uniforms.
Drawn sample_at(const at::Tensor& row, const at::Tensor& uniforms, const Draw& draw) {
  return sample(row.unsqueeze(0).expand({uniforms.size(0), -1}).contiguous(), uniforms, draw);
}

at::Tensor random_uniforms(std::int64_t count, std::uint64_t seed) {
  const core::RandomStream stream(seed, "test/uniforms");
  auto uniforms = at::empty({count});
  for (std::int64_t i = 0; i < count; ++i) {
    uniforms.mutable_data_ptr<float>()[i] = stream.uniform_at(static_cast<std::uint64_t>(i));
  }
  return uniforms;
}

/// Everything that a fine comb of uniforms reaches.
std::set<std::int64_t> support(const at::Tensor& row, const Draw& draw) {
  const auto drawn = sample_at(row, (at::arange(4000, at::kFloat) + 0.5) / 4000.0, draw);
  const auto* first = drawn.tokens.const_data_ptr<std::int64_t>();
  return {first, first + 4000};
}

const float kLastUniform = std::nextafter(1.0F, 0.0F);  // 1 - 2^-24, the largest that a stream gives

/// Both paths, one after the other.
std::optional<policies::ReferencePath>& either_path(std::optional<policies::ReferencePath>& path) {
  if (GENERATE(false, true)) {
    path.emplace();
  }
  return path;
}

}  // namespace

TEST_CASE("200,000 draws are distributed as the softmax", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  const double temperature = GENERATE(0.7, 1.0, 1.8);
  CAPTURE(path.has_value(), temperature);
  constexpr std::int64_t kVocab = 50, kDraws = 200'000;
  const auto row = normal({kVocab}, 1) * 0.9;
  const auto probabilities = at::softmax(row.to(at::kDouble) / temperature, 0);
  const auto drawn = sample_at(row, random_uniforms(kDraws, 5), {.temperature = static_cast<float>(temperature)});
  const auto counts = at::bincount(drawn.tokens, {}, kVocab).to(at::kDouble);
  const auto expected = probabilities * static_cast<double>(kDraws);
  REQUIRE(expected.min().item<double>() > 5.0);
  const auto chi_square = ((counts - expected).square() / expected).sum().item<double>();
  CHECK(chi_square < 85.35);  // 99.9 % quantile at 49 degrees of freedom
  CHECK(chi_square > 23.98);  // 0.1 %: draws that are too even are not random
}

TEST_CASE("filtered draws are distributed as what is left of the softmax", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  CAPTURE(path.has_value());
  // 0.4, 0.3, 0.2, 0.1: the two likeliest are drawn 4 to 3.
  const auto row = at::tensor({0.1, 0.4, 0.2, 0.3}, at::kFloat).log();
  const auto drawn = sample_at(row, random_uniforms(200'000, 6), {.top_k = 2});
  const auto counts = at::bincount(drawn.tokens, {}, 4).to(at::kDouble);
  CHECK(counts[0].item<double>() + counts[2].item<double>() == 0.0);
  CHECK(std::abs(counts[1].item<double>() / 200'000 - 4.0 / 7.0) < 3.3 * 0.0011066);  // √(4/7 · 3/7 / 200000)
}

TEST_CASE("filters keep exactly the tokens that they should", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  CAPTURE(path.has_value());
  using Tokens = std::set<std::int64_t>;
  // Probabilities 0.05, 0.4, 0.15, 0.3, 0.1.
  const auto row = at::tensor({0.05, 0.4, 0.15, 0.3, 0.1}, at::kFloat).log();
  CHECK(support(row, {}) == Tokens{0, 1, 2, 3, 4});
  CHECK(support(row, {.top_k = 1}) == Tokens{1});
  CHECK(support(row, {.top_k = 3}) == Tokens{1, 2, 3});
  CHECK(support(row, {.top_k = 99}) == Tokens{0, 1, 2, 3, 4});
  CHECK(support(row, {.top_p = 0.0F}) == Tokens{1});
  CHECK(support(row, {.top_p = 0.39F}) == Tokens{1});
  CHECK(support(row, {.top_p = 0.41F}) == Tokens{1, 3});
  CHECK(support(row, {.top_p = 0.84F}) == Tokens{1, 2, 3});
  CHECK(support(row, {.top_p = 0.86F}) == Tokens{1, 2, 3, 4});
  CHECK(support(row, {.min_p = 0.3F}) == Tokens{1, 2, 3});  // 0.12 and more
  CHECK(support(row, {.min_p = 0.2F}) == Tokens{1, 2, 3, 4});
  CHECK(support(row, {.min_p = 1.0F}) == Tokens{1});
  // top_p is of what top_k left: 0.4 / 0.7 reaches 0.55.
  CHECK(support(row, {.top_k = 2, .top_p = 0.55F}) == Tokens{1});
  CHECK(support(row, {.top_k = 2, .top_p = 0.6F}) == Tokens{1, 3});
  CHECK(support(row, {.top_k = 4, .top_p = 0.99F, .min_p = 0.3F}) == Tokens{1, 2, 3});
  // The temperature comes before the filters: at 2, 0.3 / 0.4 becomes √0.75 = 0.866.
  CHECK(support(row, {.temperature = 2.0F, .min_p = 0.8F}) == Tokens{1, 3});
  CHECK(support(row, {.temperature = 1.0F, .min_p = 0.8F}) == Tokens{1});
}

TEST_CASE("tokens that are as likely as the last one kept stay", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  const auto row = at::tensor({1.0F, 2.0F, 1.0F, 0.0F});
  CHECK(support(row, {.top_k = 2}) == std::set<std::int64_t>{0, 1, 2});
}

TEST_CASE("temperature 0 takes the likeliest token, the first of equals, at any uniform", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  const auto logits = normal({40, 61}, 1);
  const auto drawn = sample(logits, random_uniforms(40, 2), {.temperature = 0.0F, .top_p = 0.3F});
  CHECK(drawn.tokens.equal(logits.argmax(1)));
  const auto logp = at::log_softmax(logits, 1);  // at temperature 1, before filtering
  CHECK(difference(drawn.logprobs, std::get<0>(logp.max(1))) < 1e-5);
  const auto equals = at::tensor({0.0F, 3.0F, 3.0F, 1.0F});
  CHECK(sample_at(equals, at::tensor({0.0F, 0.99F}), {.temperature = 0.0F}).tokens.equal(at::ones({2}, at::kLong)));
}

TEST_CASE("a log-probability is that of the token at the temperature, before the filters", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  const auto type = GENERATE(at::kFloat, at::kBFloat16);
  const double temperature = GENERATE(0.5, 1.0, 3.0);
  CAPTURE(path.has_value(), c10::toString(type), temperature);
  const auto logits = (normal({300, 333}, 1) * 3.0).to(type);
  const auto drawn =
      sample(logits, random_uniforms(300, 2),
             {.temperature = static_cast<float>(temperature), .top_k = 40, .top_p = 0.9F, .min_p = 0.01F});
  const auto logp = at::log_softmax(logits.to(at::kDouble) / temperature, 1);
  CHECK(difference(drawn.logprobs, logp.gather(1, drawn.tokens.unsqueeze(1)).squeeze(1)) < 1e-5);
}

TEST_CASE("uniforms at the ends give the ends of the support", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  CAPTURE(path.has_value());
  const auto ends = at::tensor({0.0F, kLastUniform});
  const auto row = at::tensor({1.0F, 2.0F, 3.0F, 2.0F, 1.0F});
  CHECK(sample_at(row, ends, {}).tokens.equal(at::tensor({0, 4}, at::kLong)));
  CHECK(sample_at(row, ends, {.top_k = 3}).tokens.equal(at::tensor({1, 3}, at::kLong)));
  CHECK(sample_at(row, ends, {.top_k = 1}).tokens.equal(at::tensor({2, 2}, at::kLong)));
}

TEST_CASE("no uniform draws a token that has no probability to speak of", "[rollout][sampling]") {
  std::optional<policies::ReferencePath> path;
  either_path(path);
  CAPTURE(path.has_value());
  // 32,000 tokens of about equal weight, whose float32 sum is off by more than a uniform's step, and behind them
  // tokens of probability e⁻⁸⁰ or less that a rounding error must not reach.
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto row = at::cat({normal({32000}, seed), at::full({64}, -80.0F)});
    const auto uniforms = 1.0 - at::arange(1, 5, at::kFloat) * std::ldexp(1.0, -24);
    CHECK(sample_at(row, uniforms, {}).logprobs.min().item<double>() > -20.0);
  }
}

TEST_CASE("the kernel and the ATen path draw the same tokens", "[rollout][sampling]") {
  const Draw draw = GENERATE(Draw{}, Draw{.temperature = 0.6F}, Draw{.top_k = 5}, Draw{.top_p = 0.8F},
                             Draw{.min_p = 0.05F}, Draw{1.3F, 50, 0.95F, 0.001F}, Draw{.temperature = 0.0F});
  const auto logits = normal({2000, 97}, 3) * 2.0;
  const auto uniforms = random_uniforms(2000, 4);
  const auto kernel = sample(logits, uniforms, draw);
  const policies::ReferencePath path;
  const auto reference = sample(logits, uniforms, draw);
  // A uniform within float32's rounding of a boundary may fall to either side: 97 boundaries of about 1e-7 each.
  CHECK((kernel.tokens != reference.tokens).sum().item<std::int64_t>() <= 1);
  const auto same = kernel.tokens == reference.tokens;
  CHECK(difference(kernel.logprobs.masked_select(same), reference.logprobs.masked_select(same)) < 1e-5);
}

TEST_CASE("sampling runs on the meta device", "[rollout][sampling][meta]") {
  const auto meta = at::TensorOptions().device(at::kMeta);
  const auto tokens = at::empty({4}, meta.dtype(at::kLong));
  const auto logprobs = at::empty({4}, meta);
  const Draw draw = GENERATE(Draw{}, Draw{.temperature = 0.0F}, Draw{0.7F, 5, 0.9F, 0.1F});
  CHECK_NOTHROW(rollout::sample_tokens(at::empty({4, 30}, meta), at::empty({4}, meta), draw, tokens, logprobs));
}

TEST_CASE("logits that are not numbers give a log-probability that is none", "[rollout][sampling]") {
  const auto place = GENERATE(0, 3, 6);
  auto logits = at::zeros({1, 7});
  logits.index_put_({at::zeros({}, at::kLong), at::full({}, place, at::kLong)}, at::full({}, std::nan("")));
  const auto temperature = GENERATE(0.0F, 1.0F);
  const auto drawn = sample(logits, at::full({1}, 0.5F), {.temperature = temperature});
  CHECK(std::isnan(drawn.logprobs.item<float>()));
  CHECK(drawn.tokens.item<std::int64_t>() >= 0);
  CHECK(drawn.tokens.item<std::int64_t>() < 7);
}
