#include "rl/evaluation.h"

#include <ATen/ATen.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "core/error.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using namespace training_fixture;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

/// Answers every question with the same text, whose characters all differ.
policies::Policy always(const std::string& text) {
  std::vector<std::int32_t> path = {3};  // the newline that ends a prompt
  for (const char byte : text) path.push_back(scripted::byte_token(byte));
  path.push_back(scripted::kEnd);
  return scripted::scripted_policy(scripted::path_logits(path));
}

/// Four questions; 4 is right for two of them.
std::string four_questions(const std::filesystem::path& folder) {
  return write_lines(
      folder / "four.jsonl",
      {R"({"id": "a", "question": "2+2?", "answer": "4"})", R"({"id": "b", "question": "2+3?", "answer": "5"})",
       R"({"id": "c", "question": "7-3?", "answer": "4"})", R"({"id": "d", "question": "9-3?", "answer": "6"})"});
}

RunConfig config_for(const std::string& path) {
  use_scorer("even", even_bytes);
  auto config = training_fixture::config("even");
  EvalSetConfig set;
  set.name = "four";
  set.source.path = path;
  set.n = 0;
  set.sampling.max_completion_length = 16;
  config.eval.sets.push_back(set);
  return config;
}

SetFigures evaluate(const policies::Policy& policy, const RunConfig& wanted, cost::Ledger& ledger) {
  const auto config = resolve(wanted, "train.json");
  return Evaluator(config, {.config_file = "train.json", .config_folder = "."}, policy).evaluate(ledger).at(0);
}

}  // namespace

TEST_CASE("accuracy is the share of right answers, sampled and greedy", "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  cost::Ledger ledger;
  const auto figures = evaluate(always("\\boxed{4}"), config_for(four_questions(folder.path)), ledger);
  CHECK(figures.questions == 4);
  CHECK(figures.sampled.accuracy.value == 0.5);
  CHECK(figures.sampled.accuracy.low == Approx(0.15003898915214953));  // scipy: Wilson, 2 of 4
  CHECK(figures.sampled.accuracy.high == Approx(0.8499610108478505));
  CHECK(figures.sampled.correct == std::vector<double>{1, 0, 1, 0});
  CHECK(figures.sampled.strict_accuracy == 0.5);
  CHECK(figures.sampled.format_rate == 1.0);
  CHECK(figures.sampled.mean_length == 10.0);  // nine bytes and the end
  CHECK(figures.sampled.truncated == 0.0);
  REQUIRE(figures.has_greedy);
  CHECK(figures.greedy.accuracy.value == 0.5);
  const auto& work = ledger.work(cost::Phase::kEvaluation);
  CHECK(work.tokens > 2 * 4 * 10);
  CHECK(work.seconds > 0.0);
}

TEST_CASE("an answer that only flexible extraction reads counts as right, and the strict figure says so",
          "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  cost::Ledger ledger;
  const auto figures = evaluate(always("is 4"), config_for(four_questions(folder.path)), ledger);
  CHECK(figures.sampled.accuracy.value == 0.5);
  CHECK(figures.sampled.strict_accuracy == 0.0);
  CHECK(figures.sampled.format_rate == 0.0);
}

TEST_CASE("with several answers to a question, the question is the unit", "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  auto config = config_for(four_questions(folder.path));
  config.eval.sets[0].num_generations = 3;
  config.eval.sets[0].greedy = false;
  cost::Ledger ledger;
  const auto figures = evaluate(always("\\boxed{4}"), config, ledger);
  CHECK_FALSE(figures.has_greedy);
  CHECK(figures.sampled.accuracy.value == 0.5);
  // Shares 1, 0, 1, 0: deviation 0.57735, so 1.95996 · 0.57735 / 2 on either side.
  CHECK(figures.sampled.accuracy.high - 0.5 == Approx(0.565792).margin(1e-5));
}

TEST_CASE("answers that are cut off are counted", "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  auto config = config_for(four_questions(folder.path));
  config.eval.sets[0].sampling.max_completion_length = 5;
  cost::Ledger ledger;
  const auto figures = evaluate(always("\\boxed{4}"), config, ledger);
  CHECK(figures.sampled.truncated == 1.0);
  CHECK(figures.sampled.mean_length == 5.0);
  CHECK(figures.sampled.accuracy.value == 0.0);
}

TEST_CASE("a question whose scorer fails is in no figure but failed", "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  use_scorer("fails_on_d", [](const datasets::Question& question, const rewards::Answer&) {
    if (question.id == "d") throw std::runtime_error("no");
    rewards::Score score;
    score.score = question.id == "b" ? 0.0 : 1.0;
    return score;
  });
  auto config = config_for(four_questions(folder.path));
  config.eval.sets[0].scorers["own"].type = "fails_on_d";
  config.eval.sets[0].num_generations = 2;
  cost::Ledger ledger;
  const auto figures = evaluate(always("4"), config, ledger);
  CHECK(figures.sampled.failed == 2);
  CHECK(figures.greedy.failed == 1);
  CHECK(figures.sampled.accuracy.value == Approx(2.0 / 3.0));
  CHECK(figures.greedy.accuracy.value == Approx(2.0 / 3.0));
  // d was wrong before for want of a scorer, not of an answer: the comparison is over the other three.
  auto before = figures;
  before.sampled.correct = {0, 0, 0, 1};
  before.sampled.accuracy.value = 0.25;
  const auto outcome = compare({before}, {figures}).at(0);
  CHECK(outcome.gain.low == Approx(2.0 / 3.0 - 1.959964 * 0.5773503 / std::sqrt(3.0)).margin(1e-6));
  const auto restored = figures_from_state(nlohmann::json::parse(to_state({figures}).dump()));
  CHECK(std::isnan(restored.at(0).sampled.correct.at(3)));
}

TEST_CASE("evaluating twice asks the same and draws the same", "[rl][evaluation]") {
  use_scorer("even", even_bytes);
  auto wanted = training_fixture::config("even");
  EvalSetConfig set;
  set.name = "sums";
  set.source.domain = "arithmetic";
  set.n = 12;
  set.scorers["even"].type = "even";
  set.sampling.max_completion_length = 6;
  wanted.eval.sets.push_back(set);
  const auto config = resolve(wanted, "train.json");
  const auto policy = scripted::tiny_policy();
  Evaluator evaluator(config, {.config_file = "train.json", .config_folder = "."}, policy);
  cost::Ledger ledger;
  const auto first = evaluator.evaluate(ledger).at(0);
  const auto second = evaluator.evaluate(ledger).at(0);
  CHECK(first.sampled.correct == second.sampled.correct);
  CHECK(first.sampled.mean_length == second.sampled.mean_length);
  auto other = config;
  other.rollout.slots = 3;
  CHECK(Evaluator(other, {.config_file = "train.json", .config_folder = "."}, policy)
            .evaluate(ledger)
            .at(0)
            .sampled.correct == first.sampled.correct);
}

TEST_CASE("before and after are compared question by question", "[rl][evaluation]") {
  SetFigures before;
  before.name = "set";
  before.questions = 4;
  before.sampled.correct = {1, 0, 0, 0};
  before.sampled.accuracy = {0.25, 0.05, 0.7};
  auto after = before;
  after.sampled.correct = {1, 1, 1, 0};
  after.sampled.accuracy = {0.75, 0.3, 0.95};
  const auto outcome = compare({before}, {after}).at(0);
  CHECK(outcome.set == "set");
  CHECK(outcome.before == 0.25);
  CHECK(outcome.after == 0.75);
  CHECK(outcome.gain.value == 0.5);
  // Gains 0, 1, 1, 0: deviation 0.57735; unpaired intervals would be wider.
  CHECK(outcome.gain.low == Approx(0.5 - 0.565792).margin(1e-5));
  CHECK(outcome.gain.high == Approx(0.5 + 0.565792).margin(1e-5));
  CHECK_FALSE(outcome.greedy_before.has_value());
}

TEST_CASE("figures survive a checkpoint", "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  cost::Ledger ledger;
  const auto figures = evaluate(always("\\boxed{4}"), config_for(four_questions(folder.path)), ledger);
  const auto restored = figures_from_state(nlohmann::json::parse(to_state({figures}).dump())).at(0);
  CHECK(restored.to_json() == figures.to_json());
  CHECK(restored.sampled.correct == figures.sampled.correct);
}

TEST_CASE("a set's question that does not fit is refused before the run begins", "[rl][evaluation]") {
  const tensor_checks::TemporaryFolder folder;
  auto config = config_for(four_questions(folder.path));
  config.eval.sets[0].sampling.max_completion_length = 126;
  cost::Ledger ledger;
  CHECK_THROWS_MATCHES(evaluate(always("4"), config, ledger), core::DataError,
                       MessageMatches(ContainsSubstring("question a: its prompt has") &&
                                      ContainsSubstring("the policy's context of 128")));
}
