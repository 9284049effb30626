#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "core/error.h"
#include "rl/losses/policy_loss.h"
#include "tests/rl/loss_fixture.h"

using Catch::Approx;
using namespace hone::rl;
namespace fixture = loss_fixture;

namespace {

double distance(const at::Tensor& tensor, const nlohmann::json& expected) {
  const at::Tensor wanted = at::tensor(fixture::flat(expected), at::kDouble);
  return (tensor.to(at::kDouble) - wanted).abs().max().item<double>();
}

at::Tensor gradient_or_zeros(const at::Tensor& tensor) {
  return tensor.grad().defined() ? tensor.grad() : at::zeros_like(tensor);
}

const std::vector<const char*> kLossTypes = {"grpo", "dr_grpo", "dapo", "gspo", "cispo", "rloo", "reinforce++"};

}  // namespace

TEST_CASE("each loss and its gradients are those of an independent implementation, to 1e-5", "[rl][loss]") {
  for (const auto& wanted : fixture::document().at("losses")) {
    DYNAMIC_SECTION(wanted.at("name").get<std::string>()) {
      const auto& source = fixture::document().at("inputs").at(wanted.at("input").get<std::string>());
      const LossInput input = fixture::packed(source);
      const LossOutput output = policy_loss(fixture::config(wanted.at("config")), input, fixture::denominators(source));
      output.loss.backward();
      CHECK(output.loss.item<double>() == Approx(wanted.at("loss").get<double>()).margin(1e-5));
      CHECK(distance(input.logprobs.grad(), wanted.at("grad_logprobs")) < 1e-5);
      CHECK(distance(gradient_or_zeros(input.entropy), wanted.at("grad_entropy")) < 1e-5);
    }
  }
}

TEST_CASE("the figures of a step are those of an independent implementation, under TRL's names", "[rl][loss]") {
  for (const auto& wanted : fixture::document().at("losses")) {
    DYNAMIC_SECTION(wanted.at("name").get<std::string>()) {
      const auto& source = fixture::document().at("inputs").at(wanted.at("input").get<std::string>());
      const LossOutput output =
          policy_loss(fixture::config(wanted.at("config")), fixture::packed(source), fixture::denominators(source));
      auto values = metric_values(output.metrics);
      for (const auto& [name, value] : wanted.at("metrics").items()) {
        INFO(name);
        REQUIRE(values.count(name) == 1);
        CHECK(values.at(name) == Approx(value.get<double>()).margin(1e-5));
      }
    }
  }
}

TEST_CASE("cutting a step into micro-batches changes neither its gradient nor its figures", "[rl][loss]") {
  const std::vector<std::vector<std::vector<std::size_t>>> cuts = {
      {{0, 1, 2, 3, 4, 5}}, {{0, 1, 2}, {3, 4, 5}}, {{0}, {1, 2, 3, 4}, {5}}, {{0}, {1}, {2}, {3}, {4}, {5}}};
  const auto& source = fixture::document().at("inputs").at("wide");
  for (const char* loss_type : kLossTypes) {
    DYNAMIC_SECTION(loss_type) {
      nlohmann::json keys = {
          {"loss_type", loss_type}, {"beta", 0.1}, {"entropy_coef", 0.01}, {"importance_sampling_cap", 1.3}};
      std::vector<at::Tensor> gradients;
      std::vector<std::map<std::string, double>> figures;
      for (const auto& cut : cuts) {
        std::vector<at::Tensor> parts;
        MetricSums metrics;
        for (const auto& rows : cut) {
          const LossInput input = fixture::packed(source, rows);
          const LossOutput output = policy_loss(fixture::config(keys), input, fixture::denominators(source));
          output.loss.backward();
          metrics.add(output.metrics);
          parts.push_back(input.logprobs.grad());
        }
        gradients.push_back(at::cat(parts));
        figures.push_back(metric_values(metrics));
      }
      CHECK(gradients[0].abs().max().item<double>() > 1e-3);
      for (std::size_t i = 1; i < cuts.size(); ++i) {
        CHECK((gradients[i] - gradients[0]).abs().max().item<double>() < 1e-7);
        REQUIRE(figures[i].size() == figures[0].size());
        for (const auto& [name, value] : figures[0]) {
          INFO(name);
          CHECK(figures[i].at(name) == Approx(value).margin(1e-6));
        }
      }
    }
  }
}

TEST_CASE("a masked answer gets a gradient of exactly zero", "[rl][loss]") {
  const auto& source = fixture::document().at("inputs").at("wide");  // answer 4 is masked
  for (const char* loss_type : kLossTypes) {
    DYNAMIC_SECTION(loss_type) {
      const LossInput input = fixture::packed(source);
      nlohmann::json keys = {{"loss_type", loss_type}, {"beta", 0.1}, {"entropy_coef", 0.01}};
      policy_loss(fixture::config(keys), input, fixture::denominators(source)).loss.backward();
      const at::Tensor is_masked = input.row_of_token == 4;
      CHECK(input.logprobs.grad().masked_select(is_masked).count_nonzero().item<int>() == 0);
      CHECK(input.entropy.grad().masked_select(is_masked).count_nonzero().item<int>() == 0);
      CHECK(input.logprobs.grad().masked_select(input.row_of_token == 2).count_nonzero().item<int>() > 0);
    }
  }
}

TEST_CASE("a masked answer does not enter the denominators", "[rl][loss]") {
  const Denominators counted = fixture::denominators(fixture::document().at("inputs").at("wide"));
  CHECK(counted.tokens == 5 + 3 + 7 + 1 + 6);
  CHECK(counted.rows == 5);
  CHECK(counted.max_completion_length == 16);
}

TEST_CASE("the first on-policy update has ratio exactly 1 and clips nothing", "[rl][loss]") {
  const auto& source = fixture::document().at("inputs").at("on-policy");
  for (const char* loss_type : kLossTypes) {
    DYNAMIC_SECTION(loss_type) {
      const LossInput input = fixture::packed(source);
      REQUIRE_FALSE(input.old_logprobs.defined());
      const LossOutput output =
          policy_loss(fixture::config({{"loss_type", loss_type}}), input, fixture::denominators(source));
      auto values = metric_values(output.metrics);
      CHECK(values.at("ratio/min") == 1.0);
      CHECK(values.at("ratio/max") == 1.0);
      CHECK(values.at("ratio/mean") == Approx(1.0).margin(1e-6));
      const bool is_cispo = std::string(loss_type) == "cispo";
      CHECK(values.at(is_cispo ? "cispo_clip_ratio" : "clip_ratio/region_mean") == 0.0);
      output.loss.backward();
      CHECK(input.logprobs.grad().count_nonzero().item<int>() > 0);
    }
  }
}

TEST_CASE("the gradient of the first update by hand: minus advantage over length and answers", "[rl][loss]") {
  LossInput input;  // two answers, of two tokens and of one
  input.logprobs = at::tensor({-1.0, -2.0, -0.5}, at::kFloat).requires_grad_();
  input.advantages = at::tensor({1.0, 1.0, -3.0}, at::kFloat);
  input.row_of_token = at::tensor({0, 0, 1}, at::kLong);
  input.row_lengths = at::tensor({2, 1}, at::kLong);
  input.row_weight = at::ones({2});
  const Denominators denominators{.tokens = 3, .rows = 2, .max_completion_length = 10};
  const auto gradient = [&](const char* loss_type) {
    input.logprobs.mutable_grad() = at::Tensor();
    policy_loss(fixture::config({{"loss_type", loss_type}}), input, denominators).loss.backward();
    return input.logprobs.grad();
  };
  CHECK(gradient("grpo").allclose(at::tensor({-0.25, -0.25, 1.5}, at::kFloat)));
  CHECK(gradient("gspo").allclose(at::tensor({-0.25, -0.25, 1.5}, at::kFloat)));
  CHECK(gradient("dr_grpo").allclose(at::tensor({-0.05, -0.05, 0.15}, at::kFloat)));
  CHECK(gradient("dapo").allclose(at::tensor({-1.0 / 3, -1.0 / 3, 1.0}, at::kFloat)));
  CHECK(gradient("cispo").allclose(at::tensor({-1.0 / 3, -1.0 / 3, 1.0}, at::kFloat)));
  CHECK(gradient("reinforce++").allclose(at::tensor({-1.0 / 3, -1.0 / 3, 1.0}, at::kFloat)));
  CHECK(gradient("rloo").allclose(at::tensor({-0.5, -0.5, 1.5}, at::kFloat)));
}

TEST_CASE("a policy that went very far gives finite losses and gradients", "[rl][loss]") {
  const auto& source = fixture::document().at("inputs").at("wide");
  for (const char* loss_type : kLossTypes) {
    for (const double far : {-1000.0, 1000.0}) {
      DYNAMIC_SECTION(loss_type << " " << far) {
        LossInput input = fixture::packed(source);
        input.old_logprobs = input.old_logprobs + far;
        input.rollout_logprobs = input.rollout_logprobs - far;
        input.reference_logprobs = input.reference_logprobs + far;
        nlohmann::json keys = {{"loss_type", loss_type}, {"beta", 0.1}, {"importance_sampling_cap", 2.0}};
        const LossOutput output = policy_loss(fixture::config(keys), input, fixture::denominators(source));
        output.loss.backward();
        CHECK(output.loss.isfinite().item<bool>());
        CHECK(input.logprobs.grad().isfinite().all().item<bool>());
        for (const auto& [name, value] : metric_values(output.metrics)) CHECK(std::isfinite(value));
      }
    }
  }
}

TEST_CASE("leaving out answers without advantage changes no gradient when there is no KL and no entropy bonus",
          "[rl][loss]") {
  nlohmann::json source = fixture::document().at("inputs").at("wide");
  source["advantages"] = {0.9, 0.0, 0.4, -0.6, 2.0, 0.0};
  for (const char* loss_type : kLossTypes) {
    DYNAMIC_SECTION(loss_type) {
      const AlgorithmConfig config = fixture::config({{"loss_type", loss_type}});
      REQUIRE(skipping_is_exact(config));
      const LossInput all = fixture::packed(source), some = fixture::packed(source, {0, 2, 3, 4});
      policy_loss(config, all, fixture::denominators(source)).loss.backward();
      policy_loss(config, some, fixture::denominators(source)).loss.backward();
      const at::Tensor is_kept = (all.row_of_token != 1).logical_and(all.row_of_token != 5);
      CHECK(all.logprobs.grad().masked_select(is_kept).equal(some.logprobs.grad()));
      CHECK(all.logprobs.grad().masked_select(~is_kept).count_nonzero().item<int>() == 0);
    }
  }
}

TEST_CASE("the losses run on the meta device", "[rl][loss][meta]") {
  const auto& source = fixture::document().at("inputs").at("wide");
  for (const char* loss_type : kLossTypes) {
    DYNAMIC_SECTION(loss_type) {
      LossInput input = fixture::packed(source);
      for (at::Tensor* tensor :
           {&input.logprobs, &input.old_logprobs, &input.reference_logprobs, &input.rollout_logprobs, &input.entropy,
            &input.advantages, &input.row_of_token, &input.row_lengths, &input.row_weight})
        *tensor = tensor->detach().to(at::kMeta);
      input.logprobs.requires_grad_();
      input.entropy.requires_grad_();
      nlohmann::json keys = {{"loss_type", loss_type}, {"beta", 0.1}, {"entropy_coef", 0.01}};
      const LossOutput output = policy_loss(fixture::config(keys), input, fixture::denominators(source));
      output.loss.backward();
      CHECK(input.logprobs.grad().is_meta());
      CHECK(output.metrics.sums.is_meta());
    }
  }
}

TEST_CASE("what a config needs and the micro-batch lacks is named", "[rl][loss]") {
  const auto& source = fixture::document().at("inputs").at("wide");
  LossInput input = fixture::packed(source);
  input.reference_logprobs = at::Tensor();
  CHECK_THROWS_WITH(policy_loss(fixture::config({{"beta", 0.1}}), input, fixture::denominators(source)),
                    Catch::Matchers::ContainsSubstring("reference_logprobs"));
  input.advantages = at::ones({3});
  CHECK_THROWS_AS(policy_loss(fixture::config({{"beta", 0.0}}), input, fixture::denominators(source)),
                  hone::core::ShapeError);
}

TEST_CASE("figures whose input was not given are absent", "[rl][loss]") {
  LossInput input = fixture::packed(fixture::document().at("inputs").at("on-policy"));
  input.reference_logprobs = input.rollout_logprobs = input.entropy = at::Tensor();
  const auto values = metric_values(policy_loss(fixture::config({{"loss_type", "grpo"}}), input,
                                                {.tokens = 22, .rows = 5, .max_completion_length = 16})
                                        .metrics);
  for (const char* name : {"kl", "entropy", "sampling/sampling_logp_difference/mean", "cispo_clip_ratio"})
    CHECK(values.count(name) == 0);
  CHECK(values.count("policy_loss") == 1);
}
