#include "tests/rewards/rubric_fixture.h"

#include <catch2/catch_test_macros.hpp>

namespace rubric_fixture {

using nlohmann::json;
using namespace hone;

json hearsay() {
  return json::parse(R"json({
    "schema": "hone.rubric/1", "id": "hearsay-1",
    "sections": {"names": ["rule", "application", "conclusion"], "required": ["application", "conclusion"]},
    "materials": {
      "authorities": [
        {"id": "R1", "cite": "Rule 801(c)", "aliases": ["FRE 801(c)"], "name": "definition of hearsay",
         "text": "Hearsay means a statement that the declarant does not make while testifying."},
        {"id": "R2", "cite": "Rule 802", "name": "the rule against hearsay", "text": "Hearsay is not admissible unless"}],
      "record": [
        {"id": "F1", "text": "Ann told the court that Bob had said the bridge was about to fall.", "terms": ["Ann"]},
        {"id": "F2", "text": "Bob spoke to his crew on the morning of 3 May 2021.", "terms": ["the crew", "his crew"]}]},
    "gold": {"conclusion": "not hearsay",
             "elements": {"statement": "met", "out_of_court": "met", "truth": "not_met"}},
    "labels": {"hearsay": ["is hearsay", "inadmissible hearsay"], "not hearsay": ["is not hearsay", "not hearsay"]},
    "elements": {
      "statement": {"terms": ["statement", "assertion"]},
      "out_of_court": {"terms": ["out of court"]},
      "truth": {"terms": ["truth of the matter"], "met": ["offered for its truth"], "not_met": ["not offered for its truth"]}},
    "formula": {"conclusion": "hearsay", "when": "statement and out_of_court and truth"},
    "items": [
      {"id": "verdict", "check": "conclusion", "section": "conclusion", "weight": 3, "class": "gate"},
      {"id": "rule", "check": "cites", "section": "rule", "any": ["R1"], "max": 3, "weight": 1},
      {"id": "elements", "check": "elements", "section": "application", "weight": 4},
      {"id": "consistent", "check": "consistency", "weight": 2},
      {"id": "facts", "check": "record_refs", "section": "application", "min": 2, "weight": 1, "class": "important"},
      {"id": "no_fake", "check": "citations_exist", "weight": -2, "class": "pitfall"},
      {"id": "quotes", "check": "quotes_verbatim", "weight": -2, "class": "pitfall"},
      {"id": "contradiction", "check": "contradiction", "section": "application", "weight": -2, "class": "pitfall"},
      {"id": "brief", "check": "length", "max_words": 400, "weight": -1, "class": "pitfall"}]})json");
}

std::string good_answer() {
  return "<rule>Under Rule 801(c), hearsay is a statement made out of court and offered for the truth of the matter "
         "asserted.</rule>\n<application>Bob's words to his crew were an assertion, so the first element, a statement, "
         "is "
         "met. They were spoken on the bridge, so the out-of-court element is satisfied. But Ann repeats them to show "
         "that the crew was warned; they are not offered for its truth.</application>\n<conclusion>Bob's warning is "
         "not hearsay.</conclusion>";
}

rewards::Score score(const json& rubric, const std::string& answer, const json& options, rewards::Purpose purpose) {
  datasets::Question question;
  question.id = "q1";
  question.messages = {{"user", "Is what Bob said hearsay? Ann told the court that Bob had said so."}};
  question.reference = {{"rubric", rubric}};
  rewards::ScorerSetting setting;
  setting.where = "train.json: scorers.rubric.options";
  setting.purpose = purpose;
  const auto scorer = rewards::make_scorer("rubric", options, setting);
  rewards::Answer asked;
  asked.text = answer;
  asked.group = "g1";
  return scorer->score(question, asked);
}

double part(const rewards::Score& score, const std::string& item) {
  INFO(score.detail);
  for (const auto& [name, value] : score.parts) {
    if (name == item) return value;
  }
  FAIL("there is no part " << item << ": " << score.detail);
  return 0.0;
}

double check(const json& item, const std::string& answer, json rubric) {
  rubric["schema"] = "hone.rubric/1";
  rubric["id"] = "one";
  rubric["items"] = json::array({item});
  rubric["items"][0]["id"] = "it";
  return part(score(rubric, answer), "it");
}

}  // namespace rubric_fixture
