#include "rl/advantage.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "rl/overlong.h"
#include "tests/rl/loss_fixture.h"

using Catch::Approx;
using namespace hone::rl;
namespace fixture = loss_fixture;

namespace {

at::Tensor matrix(const nlohmann::json& rows, at::ScalarType type) {
  const std::int64_t prompts = static_cast<std::int64_t>(rows.size());
  std::vector<double> values;
  for (const auto& row : rows)
    for (const auto& value : row) values.push_back(value.is_boolean() ? value.get<bool>() : value.get<double>());
  return at::tensor(values, at::kDouble).to(type).reshape({prompts, -1});
}

at::Tensor all_valid(const at::Tensor& rewards) {
  return at::ones_like(rewards, at::kBool);
}

AlgorithmConfig config_of(const nlohmann::json& keys) {
  AlgorithmConfig config =
      hone::core::from_json<AlgorithmConfig>(keys.is_null() ? nlohmann::json::object() : keys, "test");
  return resolve(config, {.num_generations = 4, .max_completion_length = 16}, "test");
}

}  // namespace

TEST_CASE("advantages are those of an independent implementation, to 1e-5", "[rl][advantage]") {
  const auto& wanted = fixture::document().at("advantages");
  for (const auto& example : wanted.at("cases")) {
    DYNAMIC_SECTION(example.at("config").dump()) {
      const Advantages found =
          compute_advantages(config_of(example.at("config")), matrix(wanted.at("rewards"), at::kDouble),
                             matrix(wanted.at("is_valid"), at::kBool), matrix(wanted.at("lengths"), at::kLong));
      const std::vector<double> expected = fixture::flat(example.at("of_token"));
      REQUIRE(found.of_token.size() == expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found.of_token[i] == Approx(expected[i]).margin(1e-5));
    }
  }
}

TEST_CASE("a group's advantages by hand", "[rl][advantage]") {
  const at::Tensor rewards = at::tensor({0.0, 0.0, 1.0, 1.0}, at::kDouble).reshape({1, 4});
  const auto first = [&](const nlohmann::json& keys) {
    return group_advantages(rewards, all_valid(rewards), config_of(keys))[0][0].item<double>();
  };
  CHECK(first({}) == Approx(-0.5 / (std::sqrt(1.0 / 3.0) + 1e-4)));
  CHECK(first({{"std_unbiased", false}}) == Approx(-0.5 / (0.5 + 1e-4)));
  CHECK(first({{"std_unbiased", false}, {"std_eps", 0.5}}) == Approx(-0.5));
  CHECK(first({{"loss_type", "dr_grpo"}}) == -0.5);
  CHECK(leave_one_out_advantages(rewards, all_valid(rewards))[0][0].item<double>() == Approx(-2.0 / 3.0));
}

TEST_CASE("a group that agrees teaches nothing", "[rl][advantage]") {
  // The mean of three 0.1 is not 0.1 in floating point: only equality of the rewards themselves is safe.
  const at::Tensor rewards = at::tensor({0.1, 0.1, 0.1, 0.0, 0.0, 1.0}, at::kDouble).reshape({2, 3});
  const at::Tensor lengths = at::full({2, 3}, 2, at::kLong);
  for (const char* scale : {"group", "batch", "none"}) {
    const Advantages found =
        compute_advantages(config_of({{"scale_rewards", scale}}), rewards, all_valid(rewards), lengths);
    CHECK(found.values[0].equal(at::zeros({3}, at::kDouble)));
    CHECK(found.values[1][2].item<double>() > 0.0);
    CHECK(found.teaches == std::vector<bool>{false, true});
    CHECK(found.rewards_differ == std::vector<bool>{false, true});
  }
  CHECK(leave_one_out_advantages(rewards, all_valid(rewards))[0].equal(at::zeros({3}, at::kDouble)));
}

TEST_CASE("an answer that could not be scored is out of the baseline and gets no advantage", "[rl][advantage]") {
  const at::Tensor rewards =
      at::tensor({1.0, 0.0, std::numeric_limits<double>::quiet_NaN(), 5.0, 0.0, 0.0}, at::kDouble).reshape({2, 3});
  const at::Tensor is_valid = at::tensor({1, 1, 0, 1, 0, 0}, at::kLong).to(at::kBool).reshape({2, 3});
  const Advantages found =
      compute_advantages(config_of({{"scale_rewards", "none"}}), rewards, is_valid, at::ones({2, 3}, at::kLong));
  CHECK(found.values[0].equal(at::tensor({0.5, -0.5, 0.0}, at::kDouble)));
  CHECK(found.values[1].equal(at::zeros({3}, at::kDouble)));  // one valid answer has nothing to be compared with
  CHECK(found.teaches == std::vector<bool>{true, false});
}

TEST_CASE("each token of an answer has the answer's advantage", "[rl][advantage]") {
  const at::Tensor rewards = at::tensor({1.0, 0.0}, at::kDouble).reshape({1, 2});
  const at::Tensor lengths = at::tensor({3, 1}, at::kLong).reshape({1, 2});
  const Advantages found =
      compute_advantages(config_of({{"scale_rewards", "none"}}), rewards, all_valid(rewards), lengths);
  CHECK(found.row_offsets == std::vector<std::int64_t>{0, 3, 4});
  CHECK(found.of_token == std::vector<float>{0.5f, 0.5f, 0.5f, -0.5f});
}

TEST_CASE("reinforce++ whitens returns over all tokens", "[rl][advantage]") {
  const AlgorithmConfig config = config_of({{"loss_type", "reinforce++"}, {"gamma", 0.5}});
  const at::Tensor rewards = at::tensor({4.0, 0.0}, at::kDouble).reshape({2, 1});
  const at::Tensor lengths = at::tensor({2, 2}, at::kLong).reshape({2, 1});
  const Advantages found = compute_advantages(config, rewards, all_valid(rewards), lengths);
  // Returns 2, 4, 0, 0: mean 1.5, sample variance 11 / 3.
  const double deviation = std::sqrt(11.0 / 3.0);
  CHECK(found.of_token[0] == Approx(0.5 / deviation));
  CHECK(found.of_token[1] == Approx(2.5 / deviation));
  CHECK(found.of_token[2] == Approx(-1.5 / deviation));
  CHECK(found.values[0][0].item<double>() == Approx(1.5 / deviation));
  const at::Tensor equal = at::full({2, 1}, 0.1, at::kDouble);
  const AlgorithmConfig undiscounted = config_of({{"loss_type", "reinforce++"}});
  CHECK(compute_advantages(undiscounted, equal, all_valid(equal), lengths).of_token == std::vector<float>(4, 0.0f));
}

TEST_CASE("wrong shapes and rewards that are not numbers are refused", "[rl][advantage]") {
  const at::Tensor rewards = at::zeros({2, 3}, at::kDouble);
  CHECK_THROWS_AS(group_advantages(rewards[0], all_valid(rewards[0]), config_of({})), hone::core::ShapeError);
  CHECK_THROWS_AS(group_advantages(rewards, all_valid(rewards[0]), config_of({})), hone::core::ShapeError);
  const at::Tensor broken = at::full({1, 2}, std::numeric_limits<double>::infinity(), at::kDouble);
  CHECK_THROWS_WITH(group_advantages(broken, all_valid(broken), config_of({})),
                    Catch::Matchers::ContainsSubstring("answer 0 to prompt 0"));
}

TEST_CASE("soft overlong punishment grows over the buffer and stays at the limit's", "[rl][advantage]") {
  CHECK(overlong_reward(12, 20, 8, 1.0) == 0.0);
  CHECK(overlong_reward(1, 20, 8, 1.0) == 0.0);
  CHECK(overlong_reward(14, 20, 8, 1.0) == -0.25);
  CHECK(overlong_reward(20, 20, 8, 0.5) == -0.5);
  CHECK(overlong_reward(25, 20, 8, 1.0) == -1.0);
}
