#include "datasets/domain.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "core/error.h"

using namespace hone;
using namespace hone::datasets;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr Split kSplits[] = {Split::kPretrain, Split::kTrain, Split::kEval};

std::string any_domain() {
  return GENERATE("arithmetic", "logic", "statute", "word_problems");
}

}  // namespace

TEST_CASE("no exercise is in two splits, whatever the seed", "[datasets][domain]") {
  const auto domain = make_domain(any_domain(), nullptr, "test");
  std::map<std::string, Split> split_of_content;
  std::map<std::string, Split> split_of_text;
  for (const Split split : kSplits) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      for (std::uint64_t index = 0; index < 4000; ++index) {
        const auto problem = domain->problem(split, seed, index);
        REQUIRE(split_of_content.emplace(problem->content(), split).first->second == split);
        REQUIRE(split_of_text.emplace(problem->text(), split).first->second == split);
      }
    }
  }
  CHECK(split_of_content.size() > 2000);
}

TEST_CASE("options do not move an exercise to another split", "[datasets][domain]") {
  const auto narrow = make_domain("arithmetic", {{"terms_max", 2}, {"operand_max", 10}}, "test");
  const auto wide = make_domain("arithmetic", nullptr, "test");
  std::unordered_set<std::string> evaluated;
  for (std::uint64_t index = 0; index < 2000; ++index) {
    evaluated.insert(narrow->problem(Split::kEval, 1, index)->content());
  }
  std::size_t met = 0;
  for (std::uint64_t index = 0; index < 20000; ++index) {
    met += evaluated.count(wide->problem(Split::kTrain, 2, index)->content());
  }
  CHECK(met == 0);
}

TEST_CASE("a question is a function of split, seed and index", "[datasets][domain]") {
  const auto name = any_domain();
  const auto one = make_domain(name, nullptr, "test");
  const auto other = make_domain(name, nullptr, "test");
  std::set<std::string> texts;
  for (const Split split : kSplits) {
    (void)other->question(split, 5, 1);  // what was drawn before is of no account
    const auto question = one->question(split, 5, 17);
    const auto again = other->question(split, 5, 17);
    CHECK(question.id == name + "/" + std::string(split_name(split)) + "/5/17");
    CHECK(question.id == again.id);
    CHECK(question.domain == name);
    REQUIRE(question.messages.size() == 1);
    CHECK(question.messages[0].role == "user");
    CHECK(question.messages[0].content == again.messages[0].content);
    CHECK(question.gold == again.gold);
    texts.insert(question.messages[0].content);
    texts.insert(one->question(split, 6, 17).messages[0].content);
    texts.insert(one->question(split, 5, 18).messages[0].content);
  }
  CHECK(texts.size() == 9);
}

TEST_CASE("questions are short, one line and plain ASCII", "[datasets][domain]") {
  const auto name = any_domain();
  const auto domain = make_domain(name, nullptr, "test");
  const std::size_t longest = name == "statute" ? 260 : 160;  // a law, and what is said of each of its elements
  for (std::uint64_t index = 0; index < 3000; ++index) {
    const auto text = domain->question(Split::kTrain, 1, index).messages[0].content;
    CAPTURE(text);
    REQUIRE(text.size() <= longest);
    REQUIRE(text.find_first_of("{}\n") == std::string::npos);
    for (const char c : text) REQUIRE((c >= ' ' && c <= '~'));
  }
}

TEST_CASE("an evaluation set has no exercise twice", "[datasets][domain]") {
  const auto domain = make_domain(any_domain(), nullptr, "test");
  const auto questions = make_questions(*domain, Split::kEval, 11, 1000);
  std::set<std::string> texts;
  std::set<std::string> ids;
  for (const auto& question : questions) {
    texts.insert(question.messages[0].content);
    ids.insert(question.id);
  }
  CHECK(questions.size() == 1000);
  CHECK(texts.size() == 1000);
  CHECK(ids.size() == 1000);
  const auto fewer = make_questions(*domain, Split::kEval, 11, 10);
  CHECK(fewer[9].id == questions[9].id);
}

TEST_CASE("asking for more different questions than there are says so", "[datasets][domain]") {
  const auto domain = make_domain("arithmetic", {{"terms_max", 2}, {"operand_max", 6}}, "test");
  CHECK_THROWS_WITH(make_questions(*domain, Split::kEval, 1, 200),
                    ContainsSubstring("arithmetic: needed 200 different questions, found only ") &&
                        ContainsSubstring("in the split eval"));
}

TEST_CASE("a domain or an option that does not exist is named", "[datasets][domain]") {
  CHECK_THROWS_WITH(make_domain("arithmetik", nullptr, "train.json", "data.sources.0"),
                    "train.json: data.sources.0.domain is \"arithmetik\", needs one of \"arithmetic\", \"logic\", "
                    "\"statute\", \"word_problems\"");
  CHECK_THROWS_WITH(make_domain("logic", {{"rules_mix", 2}}, "train.json", "data.sources.0"),
                    ContainsSubstring("train.json") && ContainsSubstring("data.sources.0.options.rules_mix") &&
                        ContainsSubstring("rules_min"));
  CHECK_THROWS_AS(make_domain("arithmetic", {{"terms_min", 4}, {"terms_max", 3}}, "train.json"), core::ConfigError);
  CHECK_THROWS_AS(make_domain("logic", {{"rules_min", 3}, {"rules_max", 2}}, "train.json"), core::ConfigError);
  CHECK_THROWS_WITH(split_from_name("test", "--split"),
                    R"(--split is "test", needs one of "pretrain", "train", "eval")");
}

TEST_CASE("every extreme of the options still makes questions", "[datasets][domain]") {
  const auto [name, options] = GENERATE(table<std::string, std::string>(
      {{"arithmetic", R"({"terms_min": 8, "terms_max": 8, "parentheses": 1})"},
       {"arithmetic", R"({"result_min": 0, "result_max": 20, "operand_max": 5})"},
       {"arithmetic", R"({"operand_max": 999, "result_max": 9999, "result_min": -9999})"},
       {"word_problems", R"({"number_max": 10, "result_max": 20})"},
       {"word_problems", R"({"number_max": 99, "result_max": 9999})"},
       {"logic", R"({"rules_min": 6, "rules_max": 6, "distractors_max": 6})"},
       {"logic", R"({"unknown": 1})"},
       {"statute", R"({"undetermined": 1, "shortcut": 0, "distractors_max": 0})"},
       {"statute", R"({"elements_min": 6, "elements_max": 6, "distractors_max": 4})"}}));
  CAPTURE(name, options);
  const auto domain = make_domain(name, nlohmann::json::parse(options), "test");
  std::set<std::string> texts;
  for (std::uint64_t index = 0; index < 50; ++index) {
    texts.insert(domain->question(Split::kPretrain, 1, index).messages[0].content);
  }
  CHECK(texts.size() > 20);
}
