#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "datasets/formula.h"
#include "datasets/solutions.h"
#include "tests/datasets/law_reader.h"

using namespace hone;
using namespace hone::datasets;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string wide_options() {
  return R"({"elements_min": 3, "elements_max": 6, "distractors_max": 4, "undetermined": 0.2, "shortcut": 0.5})";
}

double share_right(const nlohmann::json& options) {
  const auto domain = make_domain("statute", options, "test");
  int right = 0;
  for (std::uint64_t index = 0; index < 4000; ++index) {
    const auto problem = domain->problem(Split::kPretrain, 7, index);
    right += problem->hasty().answer == problem->careful().answer ? 1 : 0;
  }
  return right / 4000.0;
}

}  // namespace

TEST_CASE("the reader of laws reads laws, by hand", "[datasets][statute]") {
  CHECK(decide("Ann shows seal, no oath, boat. Wug Act: a claim needs seal and (oath or lease). Is it granted?") ==
        "undetermined");
  CHECK(decide("Facts: seal, oath, fraud. Wug Act: a claim needs at least two of seal, oath, deed, unless fraud. Is it "
               "granted?") == "denied");
  CHECK(
      decide("For Ann seal was shown; oath was not shown; fraud was not shown. Under the Wug Act a claim is granted if "
             "(oath or seal) and no fraud. Is it granted?") == "granted");
}

TEST_CASE("a statute's golds are what a reader of its text decides", "[datasets][statute]") {
  const auto options = GENERATE(std::string("{}"), wide_options());
  const auto domain = make_domain("statute", nlohmann::json::parse(options), "test");
  for (std::uint64_t index = 0; index < 5000; ++index) {
    const auto question = domain->question(Split::kTrain, 3, index);
    const auto& text = question.messages[0].content;
    CAPTURE(text);
    REQUIRE(question.gold == decide(text));
  }
}

TEST_CASE("a statute's rubric finds each element as the facts tell it", "[datasets][statute]") {
  const auto domain = make_domain("statute", nlohmann::json::parse(wide_options()), "test");
  for (std::uint64_t index = 0; index < 1000; ++index) {
    const auto question = domain->question(Split::kTrain, 4, index);
    const auto& text = question.messages[0].content;
    CAPTURE(text);
    const auto& rubric = question.reference.at("rubric");
    CHECK(rubric.at("gold").at("conclusion") == question.gold);
    const auto said = facts_of(text);
    const auto elements = elements_of(law_of(text));
    REQUIRE(rubric.at("elements").size() == elements.size());
    std::string expected = "<application>First ";
    for (const auto& element : elements) {
      const auto found = said.find(element);
      const std::string gold = found == said.end() ? "undetermined" : found->second ? "met" : "not_met";
      REQUIRE(rubric.at("gold").at("elements").at(element) == gold);
      const std::string finding = found == said.end() ? "unknown" : found->second ? "met" : "not met";
      expected += element + ": " + finding + "\n";
    }
    expected.pop_back();
    REQUIRE(question.good_answer == expected + "</application><conclusion>" + question.gold + "</conclusion>");
  }
}

TEST_CASE("as many claims are granted as are denied", "[datasets][statute]") {
  const auto domain = make_domain("statute", nullptr, "test");
  std::map<std::string, int> count;
  for (std::uint64_t index = 0; index < 10000; ++index) ++count[domain->question(Split::kTrain, 1, index).gold];
  CHECK(count["granted"] + count["denied"] == 10000);
  CHECK(std::abs(count["granted"] - count["denied"]) < 300);
}

TEST_CASE("the untold leaves as many claims open as the options say", "[datasets][statute]") {
  const auto domain = make_domain("statute", {{"undetermined", 0.3}}, "test");
  std::map<std::string, int> count;
  for (std::uint64_t index = 0; index < 5000; ++index) ++count[domain->question(Split::kTrain, 1, index).gold];
  CHECK(std::abs(count["undetermined"] - 1500) < 130);  // four standard deviations
  CHECK(std::abs(count["granted"] - count["denied"]) < 240);
}

TEST_CASE("two thousand claims in a row are two thousand different ones", "[datasets][statute]") {
  const auto domain = make_domain("statute", nullptr, "test");
  std::set<std::string> texts;
  for (const auto& question : make_questions(*domain, Split::kEval, 1, 2000)) {
    texts.insert(question.messages[0].content);
  }
  CHECK(texts.size() == 2000);
}

TEST_CASE("haste under a statute is mostly right in the verdict and never in all findings", "[datasets][statute]") {
  const auto domain =
      make_domain("statute", nlohmann::json::parse(GENERATE(std::string("{}"), wide_options())), "test");
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const auto problem = domain->problem(Split::kPretrain, 2, index);
    const auto careful = problem->careful();
    const auto hasty = problem->hasty();
    CAPTURE(problem->text());
    REQUIRE(hasty.steps.size() == careful.steps.size());
    REQUIRE(hasty.steps != careful.steps);
    REQUIRE(hasty.steps[0] == careful.steps[0]);
  }
}

TEST_CASE("the shortcut's luck is an option", "[datasets][statute]") {
  CHECK(share_right(nlohmann::json::object()) > 0.88);
  CHECK(share_right({{"shortcut", 1}}) == 1.0);
  CHECK(std::abs(share_right({{"shortcut", 0.5}}) - 0.5) < 0.1);
  CHECK(share_right({{"shortcut", 0}}) < 0.2);
}

TEST_CASE("a slip under a statute is one wrong finding from which the rest follows", "[datasets][statute]") {
  const auto domain = make_domain("statute", nullptr, "test");
  for (std::uint64_t index = 0; index < 1000; ++index) {
    const auto problem = domain->problem(Split::kPretrain, 2, index);
    const auto careful = problem->careful();
    const auto slipped = problem->slipped();
    int different = 0;
    std::map<std::string, bool> found;
    for (std::size_t i = 0; i < careful.steps.size(); ++i) {
      different += slipped.steps[i] == careful.steps[i] ? 0 : 1;
      const auto colon = slipped.steps[i].find(": ");
      found[slipped.steps[i].substr(0, colon)] = slipped.steps[i].substr(colon) == ": met";
    }
    CAPTURE(problem->text());
    REQUIRE(different == 1);
    REQUIRE(slipped.answer != careful.answer);
    REQUIRE((slipped.answer == "granted") == is_granted(law_of(problem->text()), found));
  }
}

TEST_CASE("the other habits never end in a statute's right verdict", "[datasets][statute]") {
  const auto domain =
      make_domain("statute", nlohmann::json::parse(GENERATE(std::string("{}"), wide_options())), "test");
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const auto problem = domain->problem(Split::kPretrain, 5, index);
    const auto gold = problem->careful().answer;
    CAPTURE(problem->text());
    REQUIRE(problem->slipped().answer != gold);
    REQUIRE(problem->stopped_early().answer != gold);
    REQUIRE(problem->wrong_box() != gold);
  }
}

TEST_CASE("an unfinished answer under a statute has no closed conclusion", "[datasets][statute]") {
  const auto domain = make_domain("statute", nullptr, "test");
  SolutionMix mix{0, 0, 0, 0, 0, 1};
  for (std::uint64_t index = 0; index < 200; ++index) {
    const auto document = make_document(*domain, mix, 1, index);
    REQUIRE_THAT(document.completion, !ContainsSubstring("</conclusion>"));
    REQUIRE_THAT(document.completion, ContainsSubstring("<application>Hm "));
  }
}

TEST_CASE("Kleene's tables, by hand", "[datasets][statute]") {
  const auto element = [](std::size_t number) { return Formula{Formula::Kind::kElement, number}; };
  const std::vector<Finding> findings = {Finding::kMet, Finding::kNotMet, Finding::kUndetermined};
  const auto of = [&](Formula::Kind kind, std::size_t number, std::vector<Formula> parts) {
    return evaluate({kind, number, std::move(parts)}, findings);
  };
  CHECK(of(Formula::Kind::kAnd, 0, {element(0), element(2)}) == Finding::kUndetermined);
  CHECK(of(Formula::Kind::kAnd, 0, {element(1), element(2)}) == Finding::kNotMet);
  CHECK(of(Formula::Kind::kOr, 0, {element(0), element(2)}) == Finding::kMet);
  CHECK(of(Formula::Kind::kOr, 0, {element(1), element(2)}) == Finding::kUndetermined);
  CHECK(of(Formula::Kind::kNot, 0, {element(2)}) == Finding::kUndetermined);
  CHECK(of(Formula::Kind::kNot, 0, {element(0)}) == Finding::kNotMet);
  CHECK(of(Formula::Kind::kAtLeast, 2, {element(0), element(1), element(2)}) == Finding::kUndetermined);
  CHECK(of(Formula::Kind::kAtLeast, 1, {element(0), element(1), element(2)}) == Finding::kMet);
  CHECK(of(Formula::Kind::kAtLeast, 3, {element(0), element(1), element(2)}) == Finding::kNotMet);
}

TEST_CASE("options of a statute that contradict each other are refused", "[datasets][statute]") {
  CHECK_THROWS_WITH(make_domain("statute", {{"elements_min", 5}}, "train.json", "data"),
                    "train.json: data.options: elements_min is 5, needs at most elements_max, which is 4");
  CHECK_THROWS_AS(make_domain("statute", {{"elements_max", 7}}, "train.json"), core::ConfigError);
}
