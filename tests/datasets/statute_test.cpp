#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "datasets/formula.h"
#include "datasets/solutions.h"
#include "datasets/statute_case.h"

using namespace hone;
using namespace hone::datasets;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Reads a law as a person would and decides it in classical logic, for elements of which all is known.
class LawReader {
 public:
  LawReader(const std::string& law, std::map<std::string, bool> holds) : holds_(std::move(holds)) {
    static const std::regex word("[a-z]+|[(),]");
    for (auto match = std::sregex_iterator(law.begin(), law.end(), word); match != std::sregex_iterator(); ++match) {
      words_.push_back(match->str());
    }
  }

  bool read() {
    const bool core = expression();
    bool excepted = false;
    if (take(",")) {
      REQUIRE((take("unless") || (take("except") && take("with"))));
      do excepted = element() || excepted;
      while (take("or"));
    }
    REQUIRE(at_ == words_.size());
    return core && !excepted;
  }

 private:
  bool take(const std::string& word) {
    if (at_ == words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }

  bool element() {
    REQUIRE(at_ < words_.size());
    REQUIRE(holds_.count(words_[at_]) == 1);
    return holds_.at(words_[at_++]);
  }

  bool expression() {
    bool value = term();
    std::string joint;
    while (at_ < words_.size() && (words_[at_] == "and" || words_[at_] == "or")) {
      if (joint.empty()) joint = words_[at_];
      REQUIRE(words_[at_] == joint);  // "a and b or c" would be ambiguous
      ++at_;
      const bool next = term();
      value = joint == "and" ? value && next : value || next;
    }
    return value;
  }

  bool term() {
    if (take("(")) {
      const bool value = expression();
      REQUIRE(take(")"));
      return value;
    }
    if (take("no")) return !element();
    if (take("either")) {
      const bool one = element();
      REQUIRE(take("or"));
      const bool other = element();
      return one || other;
    }
    if (!take("at")) return element();
    REQUIRE(take("least"));
    static const std::map<std::string, int> numbers = {{"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}};
    const int needed = numbers.at(words_.at(at_++));
    REQUIRE(take("of"));
    int found = element() ? 1 : 0;
    while (at_ + 1 < words_.size() && words_[at_] == "," && holds_.count(words_[at_ + 1]) == 1) {
      ++at_;
      found += element() ? 1 : 0;
    }
    return found >= needed;
  }

  std::vector<std::string> words_;
  std::map<std::string, bool> holds_;
  std::size_t at_ = 0;
};

std::string law_of(const std::string& text) {
  static const std::regex law("(?:granted if|claim needs) (.*)\\. Is it granted\\?$");
  std::smatch match;
  REQUIRE(std::regex_search(text, match, law));
  return match[1];
}

/// The elements in the law's order.
std::vector<std::string> elements_of(const std::string& law) {
  static const std::set<std::string> other = {"and",   "or",   "no",     "at",   "least",  "of",     "two",
                                              "three", "four", "either", "five", "unless", "except", "with"};
  static const std::regex word("[a-z]+");
  std::vector<std::string> elements;
  for (auto match = std::sregex_iterator(law.begin(), law.end(), word); match != std::sregex_iterator(); ++match) {
    if (other.count(match->str()) == 0) elements.push_back(match->str());
  }
  return elements;
}

/// What the facts say: thing to whether it was there.
std::map<std::string, bool> facts_of(const std::string& text) {
  const std::string facts = text.substr(0, text.find('.'));
  std::map<std::string, bool> said;
  static const std::regex shown("(\\w+) was (not )?shown");
  static const std::regex listed("(?:shows |Facts: |, )(no )?(\\w+)");
  const bool in_sentences = facts.compare(0, 4, "For ") == 0;
  const auto& form = in_sentences ? shown : listed;
  for (auto match = std::sregex_iterator(facts.begin(), facts.end(), form); match != std::sregex_iterator(); ++match) {
    const bool negated = (*match)[in_sentences ? 2 : 1].matched;
    REQUIRE(said.emplace((*match)[in_sentences ? 1 : 2], !negated).second);
  }
  return said;
}

/// Tries every way in which the untold could be.
std::string decide(const std::string& text) {
  const std::string law = law_of(text);
  auto holds = facts_of(text);
  std::vector<std::string> open;
  for (const auto& element : elements_of(law)) {
    if (holds.count(element) == 0) open.push_back(element);
  }
  std::set<bool> outcomes;
  for (unsigned way = 0; way < (1U << open.size()); ++way) {
    for (std::size_t i = 0; i < open.size(); ++i) holds[open[i]] = ((way >> i) & 1U) == 1;
    outcomes.insert(LawReader(law, holds).read());
  }
  return outcomes.size() == 2 ? "undetermined" : *outcomes.begin() ? "granted" : "denied";
}

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
    REQUIRE((slipped.answer == "granted") == LawReader(law_of(problem->text()), found).read());
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
