#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/rewards/rubric_fixture.h"

using nlohmann::json;
using rubric_fixture::part;
using rubric_fixture::score;

namespace {

double verdict(const std::string& conclusion) {
  return part(
      score(rubric_fixture::hearsay(), "<application>x</application><conclusion>" + conclusion + "</conclusion>"),
      "verdict");
}

/// "met not_met -": what is found of statement, out_of_court and truth.
std::string found(const std::string& application) {
  const auto scored = score(rubric_fixture::hearsay(),
                            "<application>" + application + "</application><conclusion>is not hearsay</conclusion>");
  for (const auto& [name, text] : scored.notes) {
    if (name == "elements") return text;
  }
  return scored.detail;
}
std::string statement(const std::string& application) {
  const std::string all = found(application);
  return all.substr(all.find("statement ") + 10, all.find(", truth") - all.find("statement ") - 10);
}

}  // namespace

TEST_CASE("a careful answer earns everything", "[rewards][rubric]") {
  const auto scored = score(rubric_fixture::hearsay(), rubric_fixture::good_answer());
  INFO(scored.detail);
  CHECK(scored.score == Catch::Approx(1.0));
  CHECK(scored.status == hone::rewards::Status::kOk);
  CHECK(scored.extracted == "is not hearsay");
}

TEST_CASE("a bare conclusion earns its own share alone", "[rewards][rubric]") {
  const auto scored =
      score(rubric_fixture::hearsay(), "<application>.</application><conclusion>It is not hearsay.</conclusion>");
  CHECK(scored.score == Catch::Approx(3.0 / 11.0));
}

TEST_CASE("a wrong conclusion caps the score", "[rewards][rubric]") {
  std::string answer = rubric_fixture::good_answer();
  answer.replace(answer.find("is not hearsay"), 14, "is hearsay");
  const auto scored = score(rubric_fixture::hearsay(), answer);
  CHECK(scored.score == Catch::Approx(0.3));
  CHECK(part(scored, "consistent") == 0.0);
}

TEST_CASE("a conclusion is stated once and plainly", "[rewards][rubric]") {
  CHECK(verdict("The testimony is not hearsay.") == 1.0);
  CHECK(verdict("The testimony isn't hearsay.") == 1.0);
  CHECK(verdict("It is **not** hearsay.") == 1.0);
  CHECK(verdict("not hearsay") == 1.0);
  CHECK(verdict("Not Hearsay.") == 1.0);
  CHECK(verdict("It is hearsay.") == 0.0);
  CHECK(verdict("It is hearsay or it is not hearsay.") == 0.0);
  CHECK(verdict("It may be that this is not hearsay.") == 0.0);
  CHECK(verdict("If offered to show notice, it is not hearsay.") == 0.0);
  CHECK(verdict("Is it so that this is not hearsay?") == 0.0);
  CHECK(verdict("It would be wrong to say that it is not hearsay.") == 0.0);
  CHECK(verdict("I cannot say.") == 0.0);
  CHECK(verdict("Some say that it is not hearsay. I do not know.") == 0.0);
  CHECK(verdict("It is not hearsay, unless it is hearsay.") == 0.0);
  CHECK(verdict("It is not hearsay: false.") == 0.0);
  CHECK(verdict("It is not hearsay, and some of the other objections fail.") == 1.0);
  CHECK(verdict("It is not true that it is hearsay.") == 1.0);
  CHECK(verdict("It is not the case that the testimony is not hearsay.") == 0.0);
}

TEST_CASE("an element is found by a word near its name", "[rewards][rubric]") {
  CHECK(statement("The statement element is met.") == "met");
  CHECK(statement("Statement: met") == "met");
  CHECK(statement("- **Statement**: not met") == "not_met");
  CHECK(statement("Statement - yes.") == "met");
  CHECK(statement("Statement: no, he only nodded.") == "not_met");
  CHECK(statement("There was no statement.") == "not_met");
  CHECK(statement("A statement is clearly present.") == "met");
  CHECK(statement("Nobody denies that a statement is present.") == "met");
  CHECK(statement("It is not disputed that a statement is present.") == "met");
  CHECK(statement("Nobody says that the statement element is met.") == "not_met");
  CHECK(statement("What is missing is the statement: whether one was made remains unknown.") == "undetermined");
  CHECK(statement("Statement: yes. True, he spoke in court.") == "met");
  CHECK(statement("Nor was there any statement.") == "not_met");
  CHECK(statement("The requirement of a statement is not satisfied.") == "not_met");
  CHECK(statement("The requirement of a statement isn't satisfied.") == "not_met");
  CHECK(statement("The statement element fails.") == "not_met");
  CHECK(statement("Whether there was a statement cannot be determined.") == "undetermined");
  CHECK(statement("It is unclear whether a statement was made.") == "undetermined");
  CHECK(statement("This satisfies the statement requirement.") == "met");
  CHECK(statement("First, was there a statement? Bob spoke. This element is met.") == "met");
  CHECK(statement("**Statement**\n\nBob spoke to the crew. It is satisfied.") == "met");
  CHECK(statement("The plaintiff has established a statement.") == "met");
  CHECK(statement("There is no doubt that a statement is present.") == "met");
  CHECK(statement("A statement, however, is lacking.") == "not_met");
}

TEST_CASE("what is asked, supposed or possible finds nothing", "[rewards][rubric]") {
  CHECK(statement("Is the statement element met?") == "not found");
  CHECK(statement("If the statement element is met, we go on.") == "not found");
  CHECK(statement("The statement element must be met.") == "not found");
  CHECK(statement("The statement element may be met.") == "not found");
  CHECK(statement("The statement element is met if he spoke.") == "not found");
  CHECK(statement("The question is whether the statement element is met.") == "not found");
  CHECK(statement("A statement is what matters here.") == "not found");
  CHECK(statement("Bob made the statement when he met his crew.") == "not found");
}

TEST_CASE("a finding is for each name of a list", "[rewards][rubric]") {
  CHECK(found("Statement and out of court are met.") == "out_of_court met, statement met, truth not found");
  CHECK(found("Neither the statement nor the out-of-court element is met.") ==
        "out_of_court not_met, statement not_met, truth not found");
  CHECK(found("Statement is not met and out of court is met.") ==
        "out_of_court met, statement not_met, truth not found");
  CHECK(found("There was no statement and it was not offered for its truth.") ==
        "out_of_court not found, statement not_met, truth not_met");
  CHECK(found("Statement is met, but out of court is not.") == "out_of_court not_met, statement met, truth not found");
  CHECK(found("| Element | Finding |\n|---|---|\n| Statement | met |\n| Out of court | not met |") ==
        "out_of_court not_met, statement met, truth not found");
}

TEST_CASE("findings that contradict each other void the element", "[rewards][rubric]") {
  CHECK(statement("Statement: met and not met") == "both ways");
  CHECK(statement("Statement: met or not met") == "both ways");
  CHECK(statement("The statement element is met. The statement element is not met.") == "both ways");
  const auto scored =
      score(rubric_fixture::hearsay(),
            "<application>Statement: met and not met. Out of court: met and not met. Truth of the matter: met and "
            "not met.</application><conclusion>is not hearsay</conclusion>");
  CHECK(part(scored, "elements") == 0.0);
  CHECK(part(scored, "consistent") == 0.0);
  CHECK(part(scored, "contradiction") == 0.0);
  CHECK(scored.score < 0.15);
}

TEST_CASE("what opens a section says nothing of the element that the last one ended with", "[rewards][rubric]") {
  // Without a section the contradiction is looked for in the whole answer.
  auto rubric = rubric_fixture::hearsay();
  for (auto& item : rubric["items"]) {
    if (item["id"] == "contradiction") item.erase("section");
  }
  const std::string reasons =
      "<application>The statement element is met. Out of court is met. The truth of the matter is not met.";
  const auto tags = score(rubric, reasons + "</application><conclusion>Yes. It is not hearsay.</conclusion>");
  CHECK(part(tags, "contradiction") == 1.0);
  const auto same = score(rubric, reasons + " Yes.</application><conclusion>It is not hearsay.</conclusion>");
  CHECK(part(same, "contradiction") == 0.0);

  rubric["sections"]["format"] = "headings";
  const auto headings =
      score(rubric,
            "Application: The statement element is met. Out of court is met. The truth of the matter is not "
            "met.\n\nConclusion: Yes. It is not hearsay.");
  CHECK(part(headings, "contradiction") == 1.0);
}

TEST_CASE("the conclusion has to follow from the findings", "[rewards][rubric]") {
  const auto consistent = [](const std::string& application, const std::string& conclusion) {
    return part(score(rubric_fixture::hearsay(),
                      "<application>" + application + "</application><conclusion>" + conclusion + "</conclusion>"),
                "consistent");
  };
  CHECK(consistent("Statement: met. Out of court: met. Truth of the matter: not met.", "It is not hearsay.") == 1.0);
  CHECK(consistent("Statement: met. Out of court: met. Truth of the matter: met.", "It is not hearsay.") == 0.0);
  CHECK(consistent("Statement: met. Out of court: met. Truth of the matter: met.", "It is hearsay.") == 1.0);
  CHECK(consistent("Statement: met. Out of court: met.", "It is not hearsay.") == 0.0);  // nothing follows yet
  CHECK(consistent("Statement: met. Out of court: not met.", "It is not hearsay.") == 1.0);
  CHECK(consistent("Truth of the matter: not met.", "It is not hearsay.") == 0.0);  // one of three is too few
  CHECK(consistent("Nothing to see.", "It is not hearsay.") == 0.0);
}

TEST_CASE("a conclusion follows where what is left out could not change it", "[rewards][rubric]") {
  json rubric = rubric_fixture::hearsay();
  rubric["labels"]["open"] = {"cannot be decided"};
  rubric["formula"] = {{"conclusion", "hearsay"},
                       {"when", "statement and (out_of_court or truth)"},
                       {"otherwise", "not hearsay"},
                       {"undetermined", "open"}};
  const auto consistent = [&](const std::string& application, const std::string& conclusion) {
    return part(
        score(rubric, "<application>" + application + "</application><conclusion>" + conclusion + "</conclusion>"),
        "consistent");
  };
  // truth is left out; with out of court met it does not matter, and the statement is open either way.
  CHECK(consistent("Statement: undetermined. Out of court: met.", "It cannot be decided.") == 1.0);
  CHECK(consistent("Statement: undetermined. Out of court: met.", "It is not hearsay.") == 0.0);
  CHECK(consistent("Statement: undetermined. Out of court: not met.", "It cannot be decided.") == 0.0);
}

TEST_CASE("what is found wrong can cost more than what is not found", "[rewards][rubric]") {
  json rubric = rubric_fixture::hearsay();
  rubric["items"].push_back({{"id", "wrong"},
                             {"check", "elements"},
                             {"section", "application"},
                             {"among", "stated"},
                             {"weight", -3},
                             {"class", "pitfall"}});
  const auto wrong = [&](const std::string& application) {
    return part(score(rubric, "<application>" + application + "</application><conclusion>is not hearsay</conclusion>"),
                "wrong");
  };
  CHECK(wrong("Nothing.") == 1.0);
  CHECK(wrong("Statement: met.") == 1.0);
  CHECK(wrong("Statement: met. Out of court: not met.") == 0.5);
  CHECK(wrong("Statement: met and not met.") == 0.0);
}
