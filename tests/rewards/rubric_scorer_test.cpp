#include <atomic>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <ctime>
#include <thread>

#include "tests/rewards/rubric_fixture.h"

using nlohmann::json;
using rubric_fixture::part;
using rubric_fixture::score;
using namespace hone;

namespace {

/// Four items without sections: a gate, one that earns, an optional one, a pitfall.
json small() {
  return json::parse(R"({"schema": "hone.rubric/1", "id": "small", "items": [
    {"id": "gate", "check": "contains_any", "phrases": ["right"], "weight": 1, "class": "gate"},
    {"id": "good", "check": "contains_all", "phrases": ["alpha", "beta"], "weight": 2},
    {"id": "extra", "check": "contains_any", "phrases": ["gamma"], "weight": 1, "class": "optional"},
    {"id": "bad", "check": "contains_none", "phrases": ["omega"], "weight": -2, "class": "pitfall"}]})");
}
double by(const char* mode, const std::string& answer) {
  return score(small(), answer, {{"aggregate", {{"mode", mode}}}}).score;
}
double seconds_of_processor() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}
void check_quick(const std::string& answer) {
  const double start = seconds_of_processor();
  const auto scored = score(rubric_fixture::hearsay(), answer);
  CHECK(seconds_of_processor() - start < 5.0);  // sanitizers are slow; without one it takes 20 ms
  CHECK(scored.score < 0.5);
  CHECK(rewards::teaches(scored.status));
}
std::string repeated(const std::string& part, std::size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

}  // namespace

TEST_CASE("the modes add up as they are documented", "[rewards][rubric]") {
  CHECK(by("gated_linear", "right alpha beta gamma") == 1.0);
  CHECK(by("gated_linear", "right alpha") == Catch::Approx(2.0 / 4));    // 1 + 2/2 of 4
  CHECK(by("gated_linear", "alpha beta gamma") == Catch::Approx(0.3));   // 3 of 4, capped
  CHECK(by("gated_linear", "right alpha omega") == Catch::Approx(0.0));  // 2 - 2 of 4
  CHECK(by("gated_linear", "omega") == 0.0);
  CHECK(by("linear", "alpha beta gamma") == Catch::Approx(0.75));
  CHECK(by("all_pass", "right alpha beta") == 1.0);  // the optional one may be missing
  CHECK(by("all_pass", "right alpha") == 0.0);
  CHECK(by("all_pass", "right alpha beta omega") == 0.0);
  CHECK(by("min", "right alpha") == 0.5);
  CHECK(by("product", "right alpha") == 0.5);
  CHECK(by("product", "alpha beta") == 0.0);
  CHECK(score(small(), "omega", {{"aggregate", {{"mode", "linear"}, {"clip", false}}}}).score == Catch::Approx(-0.5));
  CHECK(score(small(), "alpha beta gamma", {{"aggregate", {{"gate_cap", 0.1}}}}).score == Catch::Approx(0.1));
}

TEST_CASE("optional items are dropped alike for a whole group, and only in training", "[rewards][rubric]") {
  rewards::ScorerSetting setting;
  setting.where = "x";
  datasets::Question question;
  question.id = "q";
  question.reference = {{"rubric", small()}};
  const auto items = [&](const rewards::Scorer& scorer, const std::string& group) {
    rewards::Answer answer;
    answer.text = "right";
    answer.group = group;
    return scorer.score(question, answer).parts.size();
  };
  const auto training = rewards::make_scorer("rubric", {{"item_dropout", 0.5}}, setting);
  setting.purpose = rewards::Purpose::kEvaluation;
  const auto evaluation = rewards::make_scorer("rubric", {{"item_dropout", 0.5}}, setting);
  int dropped = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string group = "g" + std::to_string(i);
    CHECK(items(*training, group) == items(*training, group));
    CHECK(items(*evaluation, group) == 4);
    dropped += items(*training, group) == 3 ? 1 : 0;
  }
  CHECK(dropped > 25);
  CHECK(dropped < 75);
}

TEST_CASE("held-out items count in evaluation only", "[rewards][rubric]") {
  json rubric = small();
  rubric["items"][2]["held_out"] = true;
  CHECK(score(rubric, "right alpha beta").score == 1.0);
  CHECK(score(rubric, "right alpha beta", json::object(), rewards::Purpose::kEvaluation).score == Catch::Approx(0.75));
}

TEST_CASE("thinking is not judged, and has to end", "[rewards][rubric]") {
  const std::string good = rubric_fixture::good_answer();
  CHECK(score(rubric_fixture::hearsay(), "<think>It is hearsay. Rule 999!</think>" + good).score == Catch::Approx(1.0));
  const auto open = score(rubric_fixture::hearsay(), "<think>" + good);
  CHECK(open.score == 0.0);
  CHECK(open.status == rewards::Status::kWrongFormat);
}

TEST_CASE("spans say where the answer earned and lost", "[rewards][rubric]") {
  const std::string answer = "<think>x</think>right alpha omega";
  const auto scored = score(small(), answer);
  std::string shown;
  double sum = 0.0;
  for (const auto& span : scored.spans) {
    shown += answer.substr(span.begin, span.end - span.begin) + ":" + span.item + " ";
    sum += span.points;
  }
  CHECK(shown == "right:gate alpha:good omega:bad ");
  CHECK(sum == Catch::Approx(0.0));  // 1/4 + 1/4 - 2/4
  CHECK(scored.detail.find("omega") != std::string::npos);
}

TEST_CASE("a gold beside the rubric takes the place of its own", "[rewards][rubric]") {
  datasets::Question question;
  question.id = "q";
  question.reference = {{"rubric", rubric_fixture::hearsay()},
                        {"rubric_gold", {{"conclusion", "hearsay"}, {"elements", {{"truth", "met"}}}}}};
  const auto scorer = rewards::make_scorer("rubric", json::object(), {});
  rewards::Answer answer;
  answer.text = "<application>Truth of the matter: met.</application><conclusion>It is hearsay.</conclusion>";
  auto scored = scorer->score(question, answer);
  CHECK(part(scored, "verdict") == 1.0);
  CHECK(part(scored, "elements") == 1.0);
  question.reference["rubric_gold"]["conclusion"] = "not hearsay";  // the same id with another rubric is another
  scored = scorer->score(question, answer);
  CHECK(part(scored, "verdict") == 0.0);
}

TEST_CASE("a misspelt rubric_gold is refused and not passed over", "[rewards][rubric]") {
  datasets::Question question;
  question.id = "q1";
  question.reference = {{"rubric", rubric_fixture::hearsay()}, {"rubric_gould", {{"conclusion", "hearsay"}}}};
  const auto scorer = rewards::make_scorer("rubric", json::object(), {.where = "train.json: scorers.rubric.options"});
  const auto scored = rewards::score_safely(*scorer, {&question, {.text = rubric_fixture::good_answer()}});
  CHECK(scored.status == rewards::Status::kError);
  CHECK(scored.detail == "question \"q1\": unknown key \"rubric_gould\", did you mean \"rubric_gold\"?");
}

TEST_CASE("many threads score by many rubrics at once", "[rewards][rubric]") {
  const auto scorer = rewards::make_scorer("rubric", json::object(), {});
  std::vector<std::jthread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        datasets::Question question;
        question.id = "q" + std::to_string((i + t) % 7);
        json rubric = small();
        rubric["items"][0]["phrases"][0] = question.id;
        question.reference = {{"rubric", rubric}};
        rewards::Answer answer;
        const std::string text = question.id + " alpha beta gamma";
        answer.text = text;
        if (scorer->score(question, answer).score != 1.0) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("hostile answers are scored in bounded time", "[rewards][rubric]") {
  CHECK(score(rubric_fixture::hearsay(), std::string(1 << 20, 'a')).status == rewards::Status::kWrongFormat);
  constexpr std::size_t kSize = 250000;
  check_quick(repeated("\"", kSize));
  check_quick(repeated("\"Hearsay means a statement ", kSize));
  check_quick(repeated("<application>", kSize));
  check_quick("<application>" + repeated("statement ", kSize) +
              "</application><conclusion>is not hearsay</conclusion>");
  check_quick("<application>" + repeated("statement met ", kSize) +
              "</application><conclusion>is hearsay</conclusion>");
  check_quick("<application>" + repeated("not ", kSize) + "met</application><conclusion>is not hearsay</conclusion>");
  check_quick("<conclusion>" + repeated("is not hearsay ", kSize) + "</conclusion>");
  check_quick(repeated("Rule 999 ", kSize));
  check_quick(repeated("v. ", kSize));
  check_quick(repeated("(c)", kSize));
  check_quick(repeated("A", 100) + repeated(" Act", kSize));
  check_quick(std::string(kSize, '\0'));
  check_quick(repeated("\xE2\x80\x8B", kSize));
  check_quick(repeated("\xFF\xC0\x80", kSize));
  check_quick(repeated("\xF0\x9F", kSize));
  check_quick(repeated("\n", kSize));
  check_quick(repeated("<", kSize));
  check_quick("");
}
