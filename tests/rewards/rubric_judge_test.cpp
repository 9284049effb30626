#include <atomic>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "rewards/rubric/item_judge.h"
#include "tests/rewards/rubric_fixture.h"

using nlohmann::json;
using rubric_fixture::score;
using namespace hone::rewards;

namespace {

std::atomic<int> asked{0};

/// Gives the best verdict, the worst where the criterion says so, and fails where it says so.
class Scripted final : public rubric::ItemJudge {
 public:
  [[nodiscard]] rubric::JudgeVerdict judge(const rubric::JudgeRequest& request) const override {
    ++asked;
    rubric::JudgeVerdict verdict;
    verdict.usage.calls = 1;
    verdict.reason = "as the script says";
    if (request.criterion != "fail") verdict.score = request.criterion == "worst" ? 0.0 : 1.0;
    return verdict;
  }
};

/// The judges of this file for as long as it lives.
struct ScriptedJudges {
  rubric::ItemJudgeFactory before;
  ScriptedJudges() {
    (void)make_scorer("rubric", json::object(), {});  // the table of scorers names its own judges first
    before = rubric::item_judge_factory();
    rubric::set_item_judge_factory([](const json&, const ScorerSetting&) { return std::make_shared<Scripted>(); });
    asked = 0;
  }
  ScriptedJudges(const ScriptedJudges&) = delete;
  ScriptedJudges& operator=(const ScriptedJudges&) = delete;
  ~ScriptedJudges() { rubric::set_item_judge_factory(before); }
};

json with_judge(const char* criterion, double weight) {
  return {
      {"schema", "hone.rubric/1"},
      {"id", "judged"},
      {"items",
       {{{"id", "gate"}, {"check", "contains_any"}, {"phrases", {"right"}}, {"weight", 2}, {"class", "gate"}},
        {{"id", "other"}, {"check", "contains_any"}, {"phrases", {"alpha"}}, {"weight", 2}},
        {{"id", "quality"}, {"check", "judge"}, {"prompt", criterion}, {"scale", {"no", "yes"}}, {"weight", weight}}}}};
}
Score judged(const char* criterion, double weight, const std::string& answer) {
  return score(with_judge(criterion, weight), answer, {{"judge", json::object()}});
}

}  // namespace

TEST_CASE("a judge's verdict is an item's score", "[rewards][rubric]") {
  const ScriptedJudges judges;
  const auto best = judged("best", 1, "right alpha");
  CHECK(best.score == 1.0);
  CHECK(best.usage.calls == 1);
  CHECK(judged("worst", 1, "right alpha").score == Catch::Approx(0.8));
}

TEST_CASE("a judge is not asked where its verdict would change nothing", "[rewards][rubric]") {
  const ScriptedJudges judges;
  CHECK(judged("best", 1, "alpha").score == Catch::Approx(0.3));  // (2 + 0 or 1) / 5, capped
  CHECK(asked == 0);
  CHECK(judged("best", 1, "nothing").score == Catch::Approx(0.2));  // 0 or 1 / 5: this it decides
  CHECK(asked == 1);
}

TEST_CASE("a judge that fails leaves its item out, or too much of the score", "[rewards][rubric]") {
  const ScriptedJudges judges;
  const auto without = judged("fail", 1, "right");
  CHECK(without.score == Catch::Approx(0.5));  // 2 of the 4 that are left
  CHECK(without.status == Status::kOk);
  CHECK(without.parts.size() == 2);
  const auto nothing = judged("fail", 5, "right");
  CHECK(nothing.status == Status::kUnscorable);
}
