// The rubrics that the domain statute makes, and what they earn each way to work. Rooms: rewards may use datasets.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

#include "core/random.h"
#include "datasets/domain.h"
#include "datasets/solutions.h"
#include "rewards/registry.h"

using namespace hone;
using namespace hone::rewards;
using datasets::Habit;
using datasets::Split;

namespace {

constexpr std::uint64_t kClaims = 300;

std::shared_ptr<const Scorer> scorer_of(const nlohmann::json& items) {
  return make_scorer("rubric", items.is_null() ? nlohmann::json::object() : nlohmann::json{{"items", items}},
                     {.where = "test: rubric"});
}

nlohmann::json open_claims() {
  return {{"elements_max", 6}, {"undetermined", 0.3}, {"shortcut", 0.5}};
}

/// The mean score of solutions in the manner of a habit.
double mean_score(Habit habit, const nlohmann::json& items) {
  const auto domain = datasets::make_domain("statute", {{"shortcut", 1}}, "test");
  const auto scorer = scorer_of(items);
  core::RandomStream stream(1, "test/statute_rubric");
  double sum = 0;
  for (std::uint64_t index = 0; index < kClaims; ++index) {
    const auto question = domain->question(Split::kTrain, 1, index);
    const auto answer = write_solution(*domain->problem(Split::kTrain, 1, index), habit, stream);
    sum += scorer->score(question, {.text = answer}).score;
  }
  return sum / static_cast<double>(kClaims);
}

}  // namespace

TEST_CASE("a careful solution of a statute's claim earns everything", "[rewards][statute_rubric]") {
  const auto domain = datasets::make_domain("statute", GENERATE(nlohmann::json::object(), open_claims()), "test");
  const auto scorer = scorer_of(nullptr);
  for (std::uint64_t index = 0; index < kClaims; ++index) {
    const auto question = domain->question(Split::kTrain, 1, index);
    const Score score = scorer->score(question, {.text = question.good_answer});
    CAPTURE(question.messages[0].content, question.good_answer, score.detail);
    REQUIRE(score.status == Status::kOk);
    REQUIRE(score.score == 1.0);
  }
}

TEST_CASE("a hasty solution with the right verdict earns much less", "[rewards][statute_rubric]") {
  CHECK(mean_score(Habit::kHasty, nullptr) <= 0.3);
  CHECK(mean_score(Habit::kHasty, {"verdict"}) == 1.0);
  CHECK(mean_score(Habit::kHasty, {"elements", "consistent"}) < 0.8);
}

TEST_CASE("a statute's other habits earn no more than a failed gate leaves", "[rewards][statute_rubric]") {
  const Habit habit = GENERATE(Habit::kSlip, Habit::kStoppedEarly, Habit::kWrongBox);
  CHECK(mean_score(habit, nullptr) <= 0.3);
  CHECK(mean_score(habit, {"verdict"}) == 0.0);
}

TEST_CASE("a bare verdict on a statute's claim earns less than half", "[rewards][statute_rubric]") {
  const auto domain = datasets::make_domain("statute", nullptr, "test");
  const auto scorer = scorer_of(nullptr);
  for (std::uint64_t index = 0; index < kClaims; ++index) {
    const auto question = domain->question(Split::kTrain, 1, index);
    const std::string bare = "<application></application><conclusion>" + question.gold + "</conclusion>";
    const Score score = scorer->score(question, {.text = bare});
    CAPTURE(score.detail);
    REQUIRE(score.score < 0.5);
    REQUIRE(scorer->score(question, {.text = question.gold}).score < 0.5);
  }
}

TEST_CASE("reasoning counts as right only when every finding is and the verdict follows", "[rewards][statute_rubric]") {
  const auto domain = datasets::make_domain("statute", nullptr, "test");
  const auto scorer = scorer_of({"elements", "consistent"});
  core::RandomStream stream(1, "test/statute_rubric");
  for (std::uint64_t index = 0; index < kClaims; ++index) {
    const auto question = domain->question(Split::kTrain, 1, index);
    const auto problem = domain->problem(Split::kTrain, 1, index);
    REQUIRE(scorer->score(question, {.text = question.good_answer}).score == 1.0);
    for (const Habit habit : {Habit::kHasty, Habit::kSlip, Habit::kStoppedEarly, Habit::kWrongBox}) {
      const auto answer = write_solution(*problem, habit, stream);
      CAPTURE(question.messages[0].content, answer);
      REQUIRE(scorer->score(question, {.text = answer}).score < 1.0);
    }
  }
}
