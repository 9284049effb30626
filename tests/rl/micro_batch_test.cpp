#include "rl/micro_batch.h"

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "rl/update.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;

namespace {

/// Three groups: one that teaches, one that agrees, one with a failed scorer and a truncated answer.
Experience mixed() {
  Experience experience;
  experience.groups = {group(7, {5, 3, 8, 1}, {1, 0, 0, 1}, 1), group(4, {2, 6, 3, 3}, {1, 1, 1, 1}, 2),
                       group(9, {4, 4, 7, 2}, {0, 1, 1, 0}, 3)};
  experience.groups[2].scores[1].status = rewards::Status::kTimeout;
  experience.groups[2].completions[2].finish = rollout::Finish::kLength;
  return experience;
}

AlgorithmConfig algorithm(LossType loss) {
  AlgorithmConfig config;
  config.loss_type = loss;
  return resolve(config, {4, 16}, "train.json");
}

Advantages advantages_of(const AlgorithmConfig& config, const Experience& experience) {
  return compute_advantages(config, experience.rewards(), experience.is_valid(), experience.lengths());
}

std::vector<at::Tensor> gradients_of(const AlgorithmConfig& config, const Experience& experience,
                                     const Advantages& advantages, const UpdateRows& rows, std::int64_t tokens) {
  auto policy = scripted::tiny_policy();
  FusedAdamW optimizer(policy.masters(), {});
  cost::Ledger ledger;
  Update update(policy, optimizer, ledger);
  const auto denominators = step_denominators(rows.lengths, rows.weights, 16);
  for (const auto& batch :
       make_micro_batches(experience, advantages, rows, 0, experience.groups.size(), tokens, at::kCPU)) {
    update.accumulate(batch.packed, 1.0, 64, [&](const policies::TokenLogprobs& token) {
      auto input = batch.input;
      input.logprobs = token.logprobs;
      input.entropy = token.entropy;
      return policy_loss(config, input, denominators).loss;
    });
  }
  return policy.gradients();
}

}  // namespace

TEST_CASE("failed scorers, truncated answers and groups that agree are left out as the config says",
          "[rl][micro_batch]") {
  const auto experience = mixed();
  auto config = algorithm(LossType::kGrpo);
  auto rows = choose_rows(config, experience, advantages_of(config, experience));
  CHECK(rows.lengths == std::vector<std::int64_t>{5, 3, 8, 1, 2, 6, 3, 3, 4, 4, 7, 2});
  CHECK(rows.weights == std::vector<float>{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1});
  CHECK(rows.skipped ==
        std::vector<bool>{false, false, false, false, true, true, true, true, false, true, false, false});

  config.mask_truncated_completions = true;
  rows = choose_rows(config, experience, advantages_of(config, experience));
  CHECK(rows.weights == std::vector<float>{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1});
  CHECK(rows.skipped[10]);

  config.beta = 0.1;  // every valid answer is held at the reference
  rows = choose_rows(config, experience, advantages_of(config, experience));
  CHECK(rows.skipped ==
        std::vector<bool>{false, false, false, false, false, false, false, false, false, true, true, false});
}

TEST_CASE("leaving out what teaches nothing changes no gradient", "[rl][micro_batch]") {
  const auto loss =
      GENERATE(LossType::kGrpo, LossType::kDrGrpo, LossType::kDapo, LossType::kGspo, LossType::kCispo, LossType::kRloo);
  CAPTURE(core::enum_name(loss));
  const auto experience = mixed();
  const auto config = algorithm(loss);
  const auto advantages = advantages_of(config, experience);
  auto rows = choose_rows(config, experience, advantages);
  const auto without = gradients_of(config, experience, advantages, rows, 4096);
  rows.skipped.assign(rows.skipped.size(), false);  // the masked answer goes along too, with weight 0
  const auto with = gradients_of(config, experience, advantages, rows, 4096);
  double largest = 0.0;
  for (const auto& gradient : with) largest = std::max(largest, gradient.abs().max().item<double>());
  CHECK(largest > 1e-3);
  CHECK(largest_difference(without, with) < 1e-6 * largest + 1e-8);
}

TEST_CASE("micro-batches hold every answer once, in order, within the tokens", "[rl][micro_batch]") {
  const auto experience = mixed();
  const auto config = algorithm(LossType::kGrpo);
  const auto advantages = advantages_of(config, experience);
  auto rows = choose_rows(config, experience, advantages);
  rows.skipped.assign(rows.skipped.size(), false);
  const std::int64_t limit = GENERATE(1, 12, 20, 33, 1000);
  CAPTURE(limit);
  std::vector<std::int64_t> seen;
  const auto batches = make_micro_batches(experience, advantages, rows, 0, 3, limit, at::kCPU);
  for (const auto& batch : batches) {
    seen.insert(seen.end(), batch.rows.begin(), batch.rows.end());
    CHECK((batch.packed.tokens() <= limit || batch.rows.size() == 1));
    std::int64_t targets = 0;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      const auto length = rows.lengths[static_cast<std::size_t>(batch.rows[i])];
      CHECK(batch.input.row_lengths[static_cast<std::int64_t>(i)].item<std::int64_t>() == length);
      targets += length;
    }
    CHECK(batch.packed.targets.size(0) == targets);
    CHECK(batch.input.advantages.size(0) == targets);
    CHECK(batch.input.row_of_token.size(0) == targets);
    // Each target is the token that its row and place say, with that token's advantage.
    std::int64_t at_token = 0;
    for (const auto row : batch.rows) {
      const auto& completion =
          experience.groups[static_cast<std::size_t>(row / 4)].completions[static_cast<std::size_t>(row % 4)];
      for (const auto id : completion.ids) {
        CHECK(batch.packed.targets[at_token].item<std::int64_t>() == id);
        CHECK(batch.input.advantages[at_token].item<double>() ==
              static_cast<double>(static_cast<float>(advantages.values[row / 4][row % 4].item<double>())));
        ++at_token;
      }
    }
  }
  CHECK(seen == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  CHECK((limit < 1000 || batches.size() == 1));
  CHECK((limit > 1 || batches.size() == 12));
}

TEST_CASE("a part of the groups makes the micro-batches of a minibatch", "[rl][micro_batch]") {
  const auto experience = mixed();
  const auto config = algorithm(LossType::kGrpo);
  const auto advantages = advantages_of(config, experience);
  const auto rows = choose_rows(config, experience, advantages);
  const auto batches = make_micro_batches(experience, advantages, rows, 2, 3, 1000, at::kCPU);
  REQUIRE(batches.size() == 1);
  CHECK(batches.front().rows == std::vector<std::int64_t>{8, 10, 11});
  CHECK(make_micro_batches(experience, advantages, rows, 1, 2, 1000, at::kCPU).empty());
}
