#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/rewards/rubric_fixture.h"

using nlohmann::json;
using rubric_fixture::check;

namespace {

const json kAuthorities = json::parse(R"json({"authorities": [
  {"id": "R1", "cite": "Rule 801(c)", "aliases": ["FRE 801(c)"], "name": "definition of hearsay", "text": "a statement that the declarant does not make while testifying"},
  {"id": "R2", "cite": "410 U.S. 113", "name": "Roe v. Wade"},
  {"id": "R3", "cite": "Harbour Act § 12", "name": "duty to light"}],
  "record": [{"id": "F1", "text": "Ann saw the boat leave the harbour at dawn."}, {"id": "F2", "text": "The lamp was dark.", "terms": ["the lamp"]}]})json");

json with(const char* item) {
  return json::parse(item);
}
json materials() {
  return {{"materials", kAuthorities}};
}

}  // namespace

TEST_CASE("phrases are found as whole words in any spelling", "[rewards][rubric]") {
  const json all = with(R"({"check": "contains_all", "phrases": ["good faith", "notice"]})");
  CHECK(check(all, "In Good  Faith, Ann gave \"notice\".") == 1.0);
  CHECK(check(all, "Ann gave notice in good-faith.") == 1.0);
  CHECK(check(all, "Ann noticed it in good faith.") == 0.5);
  CHECK(check(with(R"({"check": "contains_any", "phrases": ["good faith", "notice"]})"), "notice") == 1.0);
  CHECK(check(with(R"({"check": "contains_none", "phrases": ["as an AI"], "weight": 1})"), "As an AI, I think") == 0.0);
  CHECK(check(with(R"({"check": "contains_none", "phrases": ["as an AI"], "weight": 1})"), "I think") == 1.0);
}

TEST_CASE("a pattern is RE2's", "[rewards][rubric]") {
  CHECK(check(with(R"({"check": "regex", "pattern": "(?i)clause \\d+"})"), "See Clause 12.") == 1.0);
  CHECK(check(with(R"({"check": "regex", "pattern": "clause \\d+"})"), "See Clause 12.") == 0.0);
  CHECK(check(with(R"({"check": "regex", "pattern": "a", "min": 2, "max": 3})"), "a a a") == 1.0);
  CHECK(check(with(R"({"check": "regex", "pattern": "a", "min": 2, "max": 3})"), "a a a a") == 0.0);
  CHECK(check(with(R"({"check": "regex", "pattern": "a", "max": 0})"), "bcd") == 1.0);
}

TEST_CASE("values are compared exactly", "[rewards][rubric]") {
  const json money = with(R"({"check": "money", "value": "$50,000"})");
  CHECK(check(money, "The cap is $50,000.00.") == 1.0);
  CHECK(check(money, "The cap is USD 50000.") == 1.0);
  CHECK(check(money, "The cap is 50 thousand dollars.") == 1.0);
  CHECK(check(money, "The cap is $0.05 million.") == 1.0);
  CHECK(check(money,
              "The cap is \xE2\x82\xAC"
              "50,000.") == 0.0);
  CHECK(check(money, "The cap is $50,000, or $60,000.") == 0.0);
  CHECK(check(with(R"({"check": "money", "value": "$50,000", "near": ["cap"]})"),
              "The loss is $60,000. The cap is $50,000.") == 1.0);
  const json date = with(R"({"check": "date", "value": "2024-03-05"})");
  CHECK(check(date, "By March 5, 2024, at noon") == 1.0);
  CHECK(check(date, "By the 5th of March 2024") == 1.0);
  CHECK(check(date, "By 2024-03-05") == 1.0);
  CHECK(check(date, "By 5 Mar 2024") == 1.0);
  CHECK(check(date, "By 03/05/2024") == 0.0);
  CHECK(check(with(R"({"check": "date", "value": "2024-03-05", "order": "month_first"})"), "By 03/05/2024") == 1.0);
  CHECK(check(date, "By 6 March 2024") == 0.0);
  CHECK(check(with(R"({"check": "number", "value": "0.75"})"), "a share of 3/4") == 1.0);
  CHECK(check(with(R"({"check": "number", "value": "30"})"), "within 30 days") == 1.0);
  CHECK(check(with(R"({"check": "number", "value": "30"})"), "within 300 days") == 0.0);
  CHECK(check(with(R"({"check": "equals", "value": "1/2"})"), "0.5") == 1.0);
}

TEST_CASE("citing counts what is cited, and too many do not help", "[rewards][rubric]") {
  const json cites = with(R"({"check": "cites", "any": ["R1"], "max": 2})");
  CHECK(check(cites, "By rule 801(c) it is.", materials()) == 1.0);
  CHECK(check(cites, "By F.R.E. 801(c) it is.", materials()) == 1.0);
  CHECK(check(cites, "By Rule 801(c)(2) it is.", materials()) == 0.0);
  CHECK(check(cites, "By Rule 801 it is.", materials()) == 0.0);
  CHECK(check(cites, "Rule 801(c), 410 U.S. 113, Harbour Act \xC2\xA7 12", materials()) == 0.0);
  CHECK(check(with(R"({"check": "cites", "all": ["R1", "R3"]})"), "Harbour Act, Section 12", materials()) == 0.0);
  CHECK(check(with(R"({"check": "cites", "any": ["R3"]})"), "Harbour Act, Section 12 or Harbour Act section 12",
              materials()) == 1.0);
}

TEST_CASE("a citation that does not exist is found, and so is one with another's name", "[rewards][rubric]") {
  const json exist = with(R"({"check": "citations_exist"})");
  CHECK(check(exist, "By Rule 801(c), as in Roe v. Wade, 410 U.S. 113.", materials()) == 1.0);
  CHECK(check(exist, "By Rule 801 and Rule 801(c).", materials()) == 1.0);
  CHECK(check(exist, "By Rule 801(c) and Rule 999.", materials()) == 0.0);
  CHECK(check(exist, "By Rule 801(c); see Smith v. Jones.", materials()) == 0.0);
  CHECK(check(exist, "By Rule 801(c); see 12 F.3d 345.", materials()) == 0.0);
  CHECK(check(exist, "Doe v. Bolton, 410 U.S. 113.", materials()) == 0.0);
  CHECK(check(exist, "Rule 801(c) (duty to light).", materials()) == 0.0);
  CHECK(check(exist, "Rule 801(c) (definition of hearsay).", materials()) == 1.0);
  CHECK(check(exist, "By Rule 801(c) and the Moonlight Act.", materials()) == 0.0);
  CHECK(check(exist, "Under the Harbour Act, and Rule 801(c).", materials()) == 1.0);
  CHECK(check(exist, "Nothing.", materials()) == 0.0);
}

TEST_CASE("a quotation has to stand in the sources", "[rewards][rubric]") {
  const json quotes = with(R"({"check": "quotes_verbatim"})");
  CHECK(check(quotes, "She \"saw the boat leave the harbour\".", materials()) == 1.0);
  CHECK(check(quotes, "She \xE2\x80\x9CSaw the boat \xE2\x80\xA6 at dawn\xE2\x80\x9D.", materials()) == 1.0);
  CHECK(check(quotes, "She \"[s]aw the boat leave the harbour\".", materials()) == 1.0);
  CHECK(check(quotes, "She \"saw the boat enter the harbour\".", materials()) == 0.0);
  CHECK(check(quotes, "She \"at dawn ... saw the boat leave\".", materials()) == 0.0);
  CHECK(check(quotes, "She \"saw the boat leave ... the lamp was dark\".", materials()) == 0.0);
  CHECK(check(quotes, "She \"saw it\".", materials()) == 0.0);  // too short to count, and one is needed
}

TEST_CASE("facts are referred to by name or by their words", "[rewards][rubric]") {
  const json refs = with(R"({"check": "record_refs", "min": 2})");
  CHECK(check(refs, "By F1 and F2.", materials()) == 1.0);
  CHECK(check(refs, "By (F1), the lamp was out.", materials()) == 1.0);
  CHECK(check(refs, "By F1.", materials()) == 0.5);
  CHECK(check(refs, "By F12.", materials()) == 0.0);
}

TEST_CASE("length, repetition and copies are measured", "[rewards][rubric]") {
  CHECK(check(with(R"({"check": "length", "max_words": 4})"), "one two three four") == 1.0);
  CHECK(check(with(R"({"check": "length", "max_words": 4})"), "one two three four five six") == Catch::Approx(0.5));
  CHECK(check(with(R"({"check": "length", "min_words": 4})"), "one two") == Catch::Approx(0.5));
  CHECK(check(with(R"({"check": "repetition", "min_share": 0.5})"), "a b c d e f g h") == 1.0);
  // 12 words are 10 runs of 3, of which 3 are distinct.
  CHECK(check(with(R"({"check": "repetition", "min_share": 0.5})"), "a b c a b c a b c a b c") == Catch::Approx(0.6));
  // The prompt of the fixture: 12 of its words, all copied.
  CHECK(check(with(R"({"check": "no_copy"})"), "Is what Bob said hearsay? Ann told the court that Bob had said so.") ==
        0.0);
  CHECK(check(with(R"({"check": "no_copy"})"), "What Bob said is a warning to his crew, which Ann overheard.") == 1.0);
}

TEST_CASE("sections have to be there once, in order, with something in them", "[rewards][rubric]") {
  const json tags = {{"sections", {{"names", {"rule", "conclusion"}}}}};
  const json sections = with(R"({"check": "sections"})");
  CHECK(check(sections, "<rule>a</rule> <conclusion>b</conclusion>", tags) == 1.0);
  CHECK(check(sections, "<Rule>a</RULE> <conclusion>b</conclusion>", tags) == 1.0);
  CHECK(check(sections, "<conclusion>b</conclusion><rule>a</rule>", tags) == 0.0);
  CHECK(check(sections, "<rule></rule> <conclusion>b</conclusion>", tags) == 0.0);
  CHECK(check(sections, "<rule>a</rule> <conclusion>b</conclusion><conclusion>c</conclusion>", tags) == 0.0);
  CHECK(check(sections, "<rule>a<conclusion>b</conclusion></rule>", tags) == 0.0);
  CHECK(check(sections, "<rule>a</rule> <conclusion>b", tags) == 0.0);
  const json headings = {{"sections", {{"format", "headings"}, {"names", {"rule", "conclusion"}}}}};
  CHECK(check(sections, "## Rule\na\n**Conclusion:** b", headings) == 1.0);
  CHECK(check(sections, "1. RULE\na\n2. Conclusion\nb", headings) == 1.0);
  CHECK(check(sections, "The rule is a.\nConclusion: b", headings) == 0.0);
  const json format = with(R"({"check": "format"})");
  CHECK(check(format, "<rule>a</rule>\n<conclusion>b</conclusion>\n", tags) == 1.0);
  CHECK(check(format, "Sure! <rule>a</rule><conclusion>b</conclusion>", tags) == 0.0);
  CHECK(check(format, "<rule>a\xE2\x80\x8B</rule><conclusion>b</conclusion>", tags) == 0.0);
}

TEST_CASE("any scorer can be an item", "[rewards][rubric]") {
  CHECK(
      check(
          with(
              R"({"check": "plugin", "scorer": {"type": "length", "options": {"max_length": 10, "buffer": 5, "per": "characters"}}})"),
          "abc") == 0.0);
  CHECK(check(with(R"({"check": "plugin", "scorer": {"type": "format", "options": {}}})"), "abc") == 0.0);
}
