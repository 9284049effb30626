#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <set>
#include <string>

#include "rewards/probe/attack.h"
#include "rewards/probe/negation.h"
#include "rewards/probe/sentences.h"

using namespace hone::rewards::probe;
using nlohmann::json;

namespace {

const char* const kHonest =
    "<rule>Rule 801(c) asks for a statement.</rule>\n"
    "<application>The statement element is met. The truth element is not met, v. Rule 801(c).</application>\n"
    "<conclusion>It is not hearsay.</conclusion>";

json rubric() {
  return json::parse(R"json({"schema": "hone.rubric/1",
    "sections": {"format": "tags", "names": ["rule", "application", "conclusion"]},
    "materials": {"authorities": [{"id": "R1", "cite": "Rule 801(c)", "aliases": ["FRE 801(c)"]}],
                  "record": [{"id": "F1", "terms": ["Ann"]}]},
    "gold": {"conclusion": "not hearsay"},
    "labels": {"hearsay": ["is hearsay"], "not hearsay": ["is not hearsay"]},
    "elements": {"statement": {"terms": ["statement", "assertion"]},
                 "truth": {"terms": ["truth"], "met": ["offered for its truth"], "not_met": ["not so offered"]}},
    "items": [{"id": "verdict", "check": "conclusion", "section": "conclusion", "weight": 3}]})json");
}

std::vector<ProbeCase> two_cases() {
  hone::datasets::Question first{"q1", "law", {{"user", "Is it hearsay?"}}, "", {{"rubric", rubric()}}, kHonest};
  hone::datasets::Question second = first;
  second.id = "q2";
  second.reference["rubric"]["gold"]["conclusion"] = "hearsay";
  second.good_answer = "<conclusion>It is hearsay.</conclusion>";
  return {make_case(std::make_shared<const hone::datasets::Question>(first), nullptr, first.good_answer),
          make_case(std::make_shared<const hone::datasets::Question>(second), nullptr, second.good_answer)};
}

std::vector<std::string> texts(const std::string& name, std::uint64_t seed = 1) {
  static const std::vector<ProbeCase> cases = two_cases();
  for (const Attack& attack : attacks()) {
    if (attack.name == name) {
      return attack.texts({.all = cases, .index = 0, .seed = seed});
    }
  }
  return {"no such attack"};
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string kinds(const std::vector<Piece>& pieces) {
  std::string all;
  for (const Piece& piece : pieces) {
    all += std::string(all.empty() ? "" : "|") +
           (piece.kind == PieceKind::kFrame       ? "f:"
            : piece.kind == PieceKind::kReasoning ? "r:"
                                                  : "c:") +
           piece.text;
  }
  return all;
}

}  // namespace

TEST_CASE("an answer is cut into its form and what fills it", "[rewards][probe]") {
  const Material none;
  CHECK(kinds(pieces_of("<think>3+4</think>\\boxed{7}", none)) == "f:<think>|r:3+4|f:</think>|f:\\boxed{|c:7|f:}");
  CHECK(kinds(pieces_of("So.\n#### 12", none)) == "r:So.|f:\n|f:####|f: |c:12");
  CHECK(kinds(pieces_of("Ann spoke. It is hearsay.", none)) == "r:Ann spoke. |c:It is hearsay.");
  CHECK(kinds(pieces_of("7", none)) == "c:7");
  CHECK(kinds(pieces_of("<rule>x</rule><conclusion>y</conclusion>", none)) ==
        "f:<rule>|r:x|f:</rule>|f:<conclusion>|c:y|f:</conclusion>");
  CHECK(pieces_of("", none).empty());
}

TEST_CASE("headings frame an answer where the rubric says so", "[rewards][probe]") {
  Material material;
  material.are_headings = true;
  material.sections = {"Rule", "Conclusion"};
  material.conclusion_section = "Conclusion";
  CHECK(kinds(pieces_of("## Rule\nx is y.\n\n**Conclusion:** granted", material)) ==
        "f:## Rule|f:\n|r:x is y.|f:\n\n|f:**Conclusion:**|f: |c:granted");
}

TEST_CASE("whatever an answer looks like, its pieces give it again", "[rewards][probe]") {
  const Material material = two_cases()[0].material;
  for (const std::string text :
       {kHonest, "<", "<a", "<a>", "<a></b>", "</a>", "\\boxed{", "\\boxed{{}", "#### ", "Answer:", "<a><a></a></a>",
        "  \n ", "a <b> c </b> d \\boxed{e} f", "\xff<think>\x80</think>"}) {
    CHECK(joined(pieces_of(text, material)) == text);
    CHECK(joined(pieces_of(text, Material{})) == text);
  }
}

TEST_CASE("sentences end at full stops, not behind short words", "[rewards][probe]") {
  CHECK(sentences_of("Ann v. Bob was heard. See No. 3; then\nend") ==
        std::vector<std::string>{"Ann v. Bob was heard. ", "See No. 3; ", "then\n", "end"});
}

TEST_CASE("a finding is turned into its opposite, once", "[rewards][probe]") {
  const Material none;
  CHECK(negated("The seal is met.", none) == "The seal is not met.");
  CHECK(negated("The seal is not met.", none) == "The seal is met.");
  CHECK(negated("seal: met\nnotice: not met\n", none) == "seal: not met\nnotice: met\n");
  CHECK(negated("Intent is present, notice absent.", none) == "Intent is not present, notice present.");
  CHECK(negated("3+4=7", none) == "3+4≠7");
  CHECK(negated("This island", none) == "This island");
  Material law;
  law.opposites = {{"offered for its truth", "not so offered"}};
  CHECK(negated("It was Offered for its truth.", law) == "It was not so offered.");
}

TEST_CASE("each attack writes what it says", "[rewards][probe]") {
  CHECK(has(texts("empty"), ""));
  CHECK(has(texts("empty"), "<rule></rule>\n<application></application>\n<conclusion></conclusion>"));
  CHECK(has(texts("prompt_echoed"), "Is it hearsay?"));
  CHECK(has(texts("bare_conclusion"), "<conclusion>It is not hearsay.</conclusion>"));
  CHECK(has(texts("bare_conclusion"),
            "<rule></rule>\n<application></application>\n<conclusion>It is not hearsay.</conclusion>"));
  CHECK(has(texts("another_answer"), "<conclusion>It is hearsay.</conclusion>"));
  CHECK(texts("reasoning_negated")[0].find(
            "The statement element is not met. The truth element is met, v. Rule 801(c).") != std::string::npos);
  CHECK(texts("wrong_conclusion")[0].find("<conclusion>hearsay</conclusion>") != std::string::npos);
  CHECK(texts("fake_citations")[0].find("801") == std::string::npos);
  CHECK(texts("fake_citations")[0].find("<conclusion>It is not hearsay.</conclusion>") != std::string::npos);
  CHECK(texts("fake_citations")[1].find("Rule 801(c)") != std::string::npos);
  CHECK(texts("hidden_in_thinking")[0] == "<think>" + std::string(kHonest) + "</think>");
  CHECK(texts("answer_repeated")[1].size() > 100'000);
  CHECK(std::string(kHonest).rfind(texts("cut_in_half")[0], 0) == 0);
  for (const std::string& text : texts("keywords_stuffed")) {
    for (const char* word : {"assertion", "truth", "FRE 801(c)", "Ann"}) {
      CHECK(text.find(word) != std::string::npos);
    }
  }
}

TEST_CASE("attacks on reasoning keep the conclusion", "[rewards][probe]") {
  for (const char* name : {"reasoning_shuffled", "sentences_reordered", "words_shuffled", "reasoning_negated",
                           "both_findings", "fake_citations"}) {
    CAPTURE(name);
    CHECK_FALSE(texts(name).empty());
    for (const std::string& text : texts(name)) {
      CHECK(text.find("<conclusion>It is not hearsay.</conclusion>") != std::string::npos);
    }
  }
}

TEST_CASE("shuffled reasoning has a sentence in another section", "[rewards][probe]") {
  for (const std::string& text : texts("reasoning_shuffled")) {
    CHECK(text.find("<rule>Rule 801(c) asks for a statement.</rule>") == std::string::npos);
    CHECK(text.find("Rule 801(c) asks for a statement.") != std::string::npos);
  }
}

TEST_CASE("an attack is the same each time, and another under another seed", "[rewards][probe]") {
  for (const Attack& attack : attacks()) {
    CHECK(texts(attack.name) == texts(attack.name));
  }
  CHECK(texts("words_shuffled", 1) != texts("words_shuffled", 2));
}

TEST_CASE("attacks have names of their own and survive a question with nothing in it", "[rewards][probe]") {
  std::set<std::string> names;
  const std::vector<ProbeCase> cases = {
      make_case(std::make_shared<const hone::datasets::Question>(), nullptr, ""),
      make_case(std::make_shared<const hone::datasets::Question>(
                    hone::datasets::Question{"q", "", {}, "", {{"rubric", {{"items", 3}, {"labels", json::array()}}}}}),
                json::parse(R"({"materials": [1, {"a": 2}], "elements": {"a": 7}, "sections": "x", "gold": []})"), "")};
  for (const Attack& attack : attacks()) {
    names.insert(attack.name);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      (void)attack.texts({.all = cases, .index = i, .seed = 1});
    }
  }
  CHECK(names.size() == attacks().size());
}
