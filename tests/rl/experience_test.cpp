#include "rl/experience.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>

#include "core/error.h"
#include "rl/step_metrics.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

RunConfig even_config() {
  use_scorer("even", even_bytes);
  return training_fixture::config("even");
}

cost::Work rollout_of(const cost::Ledger& ledger) {
  const auto& prefill = ledger.work(cost::Phase::kPrefill);
  const auto& decode = ledger.work(cost::Phase::kDecode);
  return {0.0, prefill.tokens + decode.tokens, prefill.model_flops + decode.model_flops, 0.0};
}

}  // namespace

TEST_CASE("a step asks as many questions as it should, each as often as it should", "[rl][experience]") {
  Training training(scripted::tiny_policy(), even_config());
  const auto experience = training.trainer.step().experience;
  REQUIRE(experience.groups.size() == 4);
  std::set<std::string> ids;
  for (const auto& group : experience.groups) {
    ids.insert(group.question->id);
    REQUIRE(group.completions.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(group.completions[i].sample == static_cast<std::int64_t>(i));
      CHECK(group.completions[i].logprobs.size() == group.completions[i].ids.size());
      CHECK(group.rewards[i] == even_bytes({}, {group.texts[i]}).score);  // each text has its own score
    }
  }
  CHECK(ids.size() == 4);
  CHECK(experience.rewards().sizes() == at::IntArrayRef({4, 4}));
  CHECK(experience.lengths()[2][3].item<std::int64_t>() ==
        static_cast<std::int64_t>(experience.groups[2].completions[3].ids.size()));
}

TEST_CASE("steps ask new questions and draw anew", "[rl][experience]") {
  auto config = even_config();
  config.train.schedule.learning_rate = 0.0;
  Training training(scripted::tiny_policy(), config);
  std::set<std::string> ids;
  std::set<std::string> texts;
  for (int step = 0; step < 3; ++step) {
    for (const auto& group : training.trainer.step().experience.groups) {
      ids.insert(group.question->id);
      texts.insert(group.texts.begin(), group.texts.end());
    }
  }
  CHECK(ids.size() == 12);
  CHECK(texts.size() > 40);  // of 48
}

TEST_CASE("what slots hold does not change what is sampled", "[rl][experience]") {
  const auto texts = [](std::int64_t slots) {
    auto config = even_config();
    config.rollout.slots = slots;
    Training training(scripted::tiny_policy(), config);
    std::vector<std::string> all;
    for (const auto& group : training.trainer.step().experience.groups) {
      all.insert(all.end(), group.texts.begin(), group.texts.end());
    }
    return all;
  };
  CHECK(texts(3) == texts(16));
}

TEST_CASE("answers whose scorer failed are out of the baseline and of the loss, and are counted", "[rl][experience]") {
  // Every third answer of a question fails; which one hangs on its text.
  use_scorer("failing", [](const datasets::Question& question, const rewards::Answer& answer) {
    if (answer.text.size() % 3 == 0) throw std::runtime_error("the scorer broke");
    return even_bytes(question, answer);
  });
  auto config = training_fixture::config("failing");
  config.rollout.scoring.max_masked_share = 1.0;
  Training training(scripted::tiny_policy(), config);
  const auto result = training.trainer.step();
  std::int64_t failed = 0;
  double sum = 0.0;
  for (std::size_t g = 0; g < 4; ++g) {
    const auto& group = result.experience.groups[g];
    double mean = 0.0;
    int valid = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const bool fails = group.texts[i].size() % 3 == 0;
      const auto row = g * 4 + i;
      CHECK(result.rows.weights[row] == (fails ? 0.0F : 1.0F));
      if (fails) {
        ++failed;
        CHECK(group.scores[i].status == rewards::Status::kError);
        CHECK_THAT(group.scores[i].detail, ContainsSubstring("the scorer broke"));
        CHECK(result.advantages.values[static_cast<int>(g)][static_cast<int>(i)].item<double>() == 0.0);
        CHECK(result.rows.skipped[row]);
      } else {
        mean += group.rewards[i];
        ++valid;
      }
    }
    sum += mean;
    for (int i = 0; i < 4 && result.advantages.teaches[g]; ++i) {
      const auto advantage = result.advantages.values[static_cast<int>(g)][i].item<double>();
      if (!result.rows.skipped[g * 4 + static_cast<std::size_t>(i)]) {
        const double above = group.rewards[static_cast<std::size_t>(i)] - mean / valid;
        CHECK((advantage > 0) == (above > 0));  // above the mean of the valid ones, not of all
      }
    }
  }
  REQUIRE(failed > 0);
  REQUIRE(failed < 16);
  report::Metrics line;
  write_step_metrics(result, line);
  CHECK(line["scores/error"] == failed);
  CHECK(line["scores/ok"] == 16 - failed);
  CHECK(line["reward"].get<double>() == Approx(sum / static_cast<double>(16 - failed)));
}

TEST_CASE("a run stops when more scorers fail than it allows, and says on what", "[rl][experience]") {
  use_scorer("broken", [](const auto&, const auto&) -> rewards::Score { throw std::runtime_error("no such table"); });
  auto config = training_fixture::config("broken");
  config.rollout.scoring.max_masked_share = 0.5;
  Training training(scripted::tiny_policy(), config);
  const auto before = training.weights();
  CHECK_THROWS_MATCHES(
      training.trainer.step(), core::RunError,
      MessageMatches(ContainsSubstring("16 of 16 answers") && ContainsSubstring("rollout.scoring.max_masked_share") &&
                     ContainsSubstring("arithmetic/train/11/") && ContainsSubstring("no such table")));
  CHECK(largest_difference(before, training.weights()) == 0.0);
  CHECK(training.trainer.steps_done() == 0);
  CHECK(training.trainer.is_between_steps());
}

TEST_CASE("dynamic sampling refills groups that agree and counts what it threw away", "[rl][experience]") {
  // Questions with an even number at the end of their id get the same reward whatever the answer.
  const auto agrees = [](const datasets::Question& question) { return (question.id.back() - '0') % 2 == 0; };
  use_scorer("half_agree", [agrees](const datasets::Question& question, const rewards::Answer& answer) {
    return agrees(question) ? rewards::Score{} : even_bytes(question, answer);
  });
  auto config = training_fixture::config("half_agree");
  config.algorithm.dynamic_sampling.enable = true;
  config.rollout.num_generations = 8;
  Training training(scripted::tiny_policy(), config);
  const auto result = training.trainer.step();
  REQUIRE(result.experience.groups.size() == 4);
  for (const auto& group : result.experience.groups) CHECK_FALSE(agrees(*group.question));
  CHECK(result.experience.sampled_groups() >= 8);
  CHECK(result.experience.sampled_groups() % 4 == 0);

  // Everything that was generated is either in the groups that were kept or was refilled.
  cost::Work kept;
  for (const auto& group : result.experience.groups) {
    kept.tokens += rollout_work(group, training.policy.shape()).tokens;
    kept.model_flops += rollout_work(group, training.policy.shape()).model_flops;
  }
  const auto all = rollout_of(training.ledger);
  CHECK(kept.tokens + result.experience.refilled.tokens == all.tokens);
  CHECK(kept.model_flops + result.experience.refilled.model_flops == Approx(all.model_flops).epsilon(1e-12));
  CHECK(training.ledger.discarded().tokens == result.experience.refilled.tokens);

  // The next step goes on behind all that were drawn.
  std::set<std::string> first;
  for (const auto& group : result.experience.groups) first.insert(group.question->id);
  CHECK(training.trainer.state().at("cursor") == result.experience.sampled_groups());
  const auto next = training.trainer.step();
  for (const auto& group : next.experience.groups) CHECK_FALSE(first.contains(group.question->id));
}

TEST_CASE("dynamic sampling gives up after max_batches and the step goes on with what it has", "[rl][experience]") {
  use_scorer("always_zero", [](const auto&, const auto&) { return rewards::Score{}; });
  auto config = training_fixture::config("always_zero");
  config.algorithm.dynamic_sampling.enable = true;
  config.algorithm.dynamic_sampling.max_batches = 3;
  config.algorithm.minibatches = 2;
  Training training(scripted::tiny_policy(), config);
  const auto before = training.weights();
  const auto result = training.trainer.step();
  CHECK(result.experience.groups.empty());
  CHECK(result.experience.sampled_groups() == 12);
  CHECK(largest_difference(before, training.weights()) == 0.0);
  CHECK(training.ledger.discarded().tokens == rollout_of(training.ledger).tokens);
  report::Metrics line;
  write_step_metrics(result, line);
  CHECK(line["sampled_groups"] == 12);
  // What was thrown away is still what the policy did.
  CHECK(line["frac_reward_zero_std"] == 1.0);
  CHECK(line["completions/mean_length"] > 0.0);
}

TEST_CASE("a group's work is what the generator counted for it", "[rl][experience]") {
  Training training(scripted::tiny_policy(), even_config());
  const auto result = training.trainer.step();
  cost::Work sum;
  for (const auto& group : result.experience.groups) {
    sum.tokens += rollout_work(group, training.policy.shape()).tokens;
    sum.model_flops += rollout_work(group, training.policy.shape()).model_flops;
  }
  const auto all = rollout_of(training.ledger);
  CHECK(sum.tokens == all.tokens);
  CHECK(sum.model_flops == Approx(all.model_flops).epsilon(1e-12));
}

TEST_CASE("answers near the limit are punished where the config wants it", "[rl][experience]") {
  auto config = even_config();
  config.algorithm.overlong.enable = true;
  config.algorithm.overlong.buffer = 4;
  config.algorithm.overlong.penalty = 2.0;
  Training training(scripted::tiny_policy(), config);
  bool punished = false;
  for (const auto& group : training.trainer.step().experience.groups) {
    for (std::size_t i = 0; i < 4; ++i) {
      const auto length = static_cast<double>(group.completions[i].ids.size());
      const double punishment = length <= 4 ? 0.0 : 2.0 * (length - 4.0) / 4.0;  // limit 8, buffer 4
      CHECK(group.rewards[i] == Approx(group.scores[i].score - punishment));
      punished = punished || punishment > 0.0;
    }
  }
  CHECK(punished);
}

TEST_CASE("a prompt that does not fit names its question and the sizes", "[rl][experience]") {
  auto config = even_config();
  config.rollout.sampling.max_completion_length = 120;
  Training training(scripted::tiny_policy(), config);
  CHECK_THROWS_MATCHES(
      training.trainer.step(), core::DataError,
      MessageMatches(ContainsSubstring("question arithmetic/train/11/0: its prompt has") &&
                     ContainsSubstring("max_completion_length 120") && ContainsSubstring("context of 128")));
  CHECK(training.trainer.state().at("cursor") == 0);
}
