#include "rl/kl.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

using Catch::Approx;
using namespace hone::rl;

namespace {

/// Two policies over three tokens, so that expectations are sums.
struct ThreeTokens {
  at::Tensor logits = at::tensor({0.3, -0.7, 1.1}, at::kDouble).requires_grad_();
  at::Tensor reference = at::tensor({0.5, 0.2, 0.3}, at::kDouble).log();
  at::Tensor logprobs = logits.log_softmax(0);

  at::Tensor gradient_of_estimate(KlEstimator estimator) const {
    const at::Tensor weight = logprobs.exp().detach();  // the token was sampled: no gradient through its probability
    (weight * kl_estimate(logprobs, reference, estimator)).sum().backward();
    return logits.grad();
  }
};

at::Tensor gradient_of_kl(bool reference_first) {
  ThreeTokens tokens;
  const at::Tensor difference = tokens.logprobs - tokens.reference;
  if (reference_first)
    (tokens.reference.exp() * -difference).sum().backward();
  else
    (tokens.logprobs.exp() * difference).sum().backward();
  return tokens.logits.grad();
}

}  // namespace

TEST_CASE("the estimators' values by hand", "[rl][kl]") {
  const at::Tensor policy = at::tensor({-1.0, -2.0}, at::kDouble);
  const at::Tensor reference = at::tensor({-1.5, -1.0}, at::kDouble);  // d = -0.5, 1
  const auto value = [&](KlEstimator estimator, int index) {
    return kl_estimate(policy, reference, estimator)[index].item<double>();
  };
  CHECK(value(KlEstimator::kK1, 0) == 0.5);
  CHECK(value(KlEstimator::kK1, 1) == -1.0);
  CHECK(value(KlEstimator::kK2, 0) == 0.125);
  CHECK(value(KlEstimator::kK2, 1) == 0.5);
  CHECK(value(KlEstimator::kK3, 0) == Approx(std::exp(-0.5) + 0.5 - 1.0));
  CHECK(value(KlEstimator::kK3, 1) == Approx(std::exp(1.0) - 2.0));
}

TEST_CASE("k1 and k3 are unbiased", "[rl][kl]") {
  const ThreeTokens tokens;
  const at::Tensor probability = tokens.logprobs.exp();
  const double exact = (probability * (tokens.logprobs - tokens.reference)).sum().item<double>();
  for (const KlEstimator estimator : {KlEstimator::kK1, KlEstimator::kK3}) {
    const at::Tensor estimate = kl_estimate(tokens.logprobs, tokens.reference, estimator);
    CHECK((probability * estimate).sum().item<double>() == Approx(exact));
  }
}

TEST_CASE("as losses, k1 pulls nowhere, k2 as KL(policy || reference), k3 as KL(reference || policy)", "[rl][kl]") {
  CHECK(ThreeTokens().gradient_of_estimate(KlEstimator::kK1).abs().max().item<double>() < 1e-12);
  CHECK(ThreeTokens().gradient_of_estimate(KlEstimator::kK2).allclose(gradient_of_kl(false)));
  CHECK(ThreeTokens().gradient_of_estimate(KlEstimator::kK3).allclose(gradient_of_kl(true)));
  CHECK_FALSE(gradient_of_kl(true).allclose(gradient_of_kl(false)));
}

TEST_CASE("a reference that finds a token impossible gives a finite estimate", "[rl][kl]") {
  const at::Tensor policy = at::tensor({-0.1, -900.0}, at::kFloat);
  const at::Tensor reference = at::tensor({-900.0, -0.1}, at::kFloat);
  for (const KlEstimator estimator : {KlEstimator::kK1, KlEstimator::kK2, KlEstimator::kK3})
    CHECK(kl_estimate(policy, reference, estimator).isfinite().all().item<bool>());
}

TEST_CASE("k3 is not lost to rounding where the policies almost agree", "[rl][kl]") {
  const at::Tensor policy = at::tensor({-1.0f}), reference = at::tensor({-1.0f + 1e-4f});
  const double difference = (reference - policy).item<double>();
  const double estimate = kl_estimate(policy, reference, KlEstimator::kK3).item<double>();
  CHECK(estimate == Approx(difference * difference / 2).margin(1e-10));
}
