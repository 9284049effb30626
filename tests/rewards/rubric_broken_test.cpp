#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "rewards/rubric/rubric.h"
#include "tests/rewards/rubric_fixture.h"

using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using namespace hone;

namespace {

/// The message for a rubric with one thing changed.
std::string refusal(const char* path, const json& value) {
  json rubric = rubric_fixture::hearsay();
  rubric[json::json_pointer(path)] = value;
  try {
    (void)rewards::rubric::compile_rubric(rubric, nullptr, "rubric.json", {});
  } catch (const core::ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a broken rubric is refused with the place", "[rewards][rubric]") {
  CHECK_THAT(refusal("/schema", "hone.rubric/2"), ContainsSubstring("rubric.json: schema is \"hone.rubric/2\""));
  CHECK_THAT(refusal("/item", 1), ContainsSubstring("items"));
  CHECK_THAT(refusal("/items/0/wieght", 1), ContainsSubstring("weight"));
  CHECK_THAT(refusal("/items/0/section", "conclusions"),
             ContainsSubstring("rubric.json: items.0.section is \"conclusions\"") &&
                 ContainsSubstring("did you mean \"conclusion\"?"));
  CHECK_THAT(refusal("/items/0/max_words", 3),
             ContainsSubstring("items.0.max_words is given, but a conclusion item does not read it"));
  CHECK_THAT(refusal("/items/0/weight", 0), ContainsSubstring("items.0.weight is 0"));
  CHECK_THAT(refusal("/items/0/weight", -1), ContainsSubstring("items.0.weight is below 0, but a gate"));
  CHECK_THAT(refusal("/items/1/id", "verdict"), ContainsSubstring("items.1.id is \"verdict\", which is there twice"));
  CHECK_THAT(refusal("/items/1/any", {"R9"}), ContainsSubstring("items.1.any is \"R9\", which is no authority"));
  CHECK_THAT(refusal("/labels/hearsay", json::array()), ContainsSubstring("labels.hearsay has no phrase"));
  CHECK_THAT(refusal("/labels/hearsay", {"not hearsay"}), ContainsSubstring("labels."));
  CHECK_THAT(refusal("/gold/conclusion", "nothearsay"),
             ContainsSubstring("gold.conclusion is \"nothearsay\", which is no label"));
  CHECK_THAT(refusal("/gold/elements/truths", "met"),
             ContainsSubstring("gold.elements is \"truths\"") && ContainsSubstring("\"truth\""));
  CHECK_THAT(refusal("/gold/elements/truth", "maybe"), ContainsSubstring("gold.elements.truth"));
  CHECK_THAT(refusal("/formula/when", "statement and"), ContainsSubstring("formula.when is \"statement and\""));
  CHECK_THAT(refusal("/formula/when", "statement and truths"), ContainsSubstring("did you mean \"truth\"?"));
  CHECK_THAT(refusal("/formula/when", "at_least(3, statement, truth)"),
             ContainsSubstring("asks for more than it lists"));
  CHECK_THAT(refusal("/sections/required", {"facts"}), ContainsSubstring("sections.required is \"facts\""));
  CHECK_THAT(refusal("/materials/record/1/id", "F1"),
             ContainsSubstring("materials.record.1.id is \"F1\", which is there twice"));
  CHECK_THAT(refusal("/items/2", json::parse(R"({"id": "p", "check": "regex", "pattern": "("})")),
             ContainsSubstring("items.2.pattern"));
  CHECK_THAT(refusal("/items/2", json::parse(R"({"id": "p", "check": "regex"})")),
             ContainsSubstring("items.2.pattern is missing"));
  CHECK_THAT(refusal("/items/2", json::parse(R"({"id": "p", "check": "money", "value": "much"})")),
             ContainsSubstring("items.2.value"));
  CHECK_THAT(refusal("/items/2", json::parse(R"({"id": "p", "check": "plugin", "scorer": {"type": "rubric"}})")),
             ContainsSubstring("cannot hold another"));
  CHECK_THAT(refusal("/items/2", json::parse(R"({"id": "p", "check": "plugin", "scorer": {"type": "lenght"}})")),
             ContainsSubstring("length"));
  CHECK_THAT(refusal("/items/2", json::parse(R"({"id": "p", "check": "judge", "prompt": "good?", "scale": ["yes"]})")),
             ContainsSubstring("items.2.scale"));
}

TEST_CASE("a question with a broken rubric is an error and no zero", "[rewards][rubric]") {
  json rubric = rubric_fixture::hearsay();
  rubric["items"][0]["section"] = "end";
  const auto scored = rubric_fixture::score(rubric, "x");
  CHECK(scored.status == rewards::Status::kError);
  CHECK_THAT(scored.detail, ContainsSubstring("question \"q1\": rubric.items.0.section is \"end\""));
  CHECK(rubric_fixture::score(nullptr, "x").status == rewards::Status::kUnscorable);
}

TEST_CASE("a judge item needs a judge, or leave to be skipped", "[rewards][rubric]") {
  json rubric = rubric_fixture::hearsay();
  rubric["items"].push_back(json::parse(
      R"({"id": "quality", "check": "judge", "prompt": "good?", "scale": ["no", "yes"], "class": "optional"})"));
  const auto refused = rubric_fixture::score(rubric, rubric_fixture::good_answer());
  CHECK(refused.status == rewards::Status::kError);
  CHECK_THAT(refused.detail, ContainsSubstring("without_judge"));
  CHECK(rubric_fixture::score(rubric, rubric_fixture::good_answer(), {{"without_judge", "skip"}}).score == 1.0);
  CHECK(
      rubric_fixture::score(rubric, rubric_fixture::good_answer(), {{"items", {"verdict", "elements"}}}).parts.size() ==
      2);
}
