// The gold answers against evaluators of their own, which read the questions' text.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "datasets/domain.h"

using namespace hone::datasets;

namespace {

/// Dijkstra's shunting-yard, over the characters of an expression.
int shunting_yard(const std::string& text) {
  std::vector<int> values;
  std::vector<char> operations;
  const auto reduce = [&] {
    const int right = values.back();
    values.pop_back();
    int& left = values.back();
    left = operations.back() == '+' ? left + right : operations.back() == '-' ? left - right : left * right;
    operations.pop_back();
  };
  const auto rank = [](char operation) { return operation == '*' ? 2 : operation == '(' ? 0 : 1; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(text[i]))) {
      std::size_t digits = 0;
      values.push_back(std::stoi(text.substr(i), &digits));
      i += digits - 1;
    } else if (text[i] == '(') {
      operations.push_back('(');
    } else if (text[i] == ')') {
      while (operations.back() != '(') reduce();
      operations.pop_back();
    } else {
      while (!operations.empty() && rank(operations.back()) >= rank(text[i])) reduce();
      operations.push_back(text[i]);
    }
  }
  while (!operations.empty()) reduce();
  return values.back();
}

std::string only_expression(const std::string& text) {
  std::string expression;
  for (const char c : text) {
    if (std::string("0123456789+-*()").find(c) != std::string::npos) expression += c;
  }
  return expression;
}

/// What a person would do on reading a story, by its telling words.
int read_story(const std::string& text) {
  static const std::vector<std::pair<std::regex, std::function<int(int, int, int)>>> readings = {
      {std::regex("gets .* more\\. How many"), [](int a, int b, int) { return a + b; }},
      {std::regex("more than"), [](int a, int b, int) { return a + (a + b); }},
      {std::regex("times as many"), [](int a, int b, int) { return a + a * b; }},
      {std::regex("has .* and .* has .*They fill"), [](int a, int b, int c) { return (a + b) / c; }},
      {std::regex("has .*, .* has .* and .* has"), [](int a, int b, int c) { return a + b + c; }},
      {std::regex("has .* and .* has .*in all"), [](int a, int b, int) { return a + b; }},
      {std::regex("had .* and lost"), [](int a, int b, int) { return a - b; }},
      {std::regex("hold .* each"), [](int a, int b, int) { return a * b; }},
      {std::regex("dollars each and a bag for"), [](int a, int b, int c) { return a * b + c; }},
      {std::regex("has .* dollars and buys"), [](int a, int b, int c) { return a - b * c; }},
      {std::regex("at .* dollars each"), [](int a, int b, int) { return a * b; }},
      {std::regex("shares the rest"), [](int a, int b, int c) { return (a - b) / c; }},
      {std::regex("shares .* among"), [](int a, int b, int) { return a / b; }},
      {std::regex("gets .* more and loses"), [](int a, int b, int c) { return a + b - c; }},
      {std::regex("gave .* and found|get off and"), [](int a, int b, int c) { return a - b + c; }},
      {std::regex("gave .* and .* to"), [](int a, int b, int c) { return a - b - c; }},
      {std::regex("has .* of .* and .* more"), [](int a, int b, int c) { return a * b + c; }},
      {std::regex("fills .* each and loses|saves .* and spends"), [](int a, int b, int c) { return a * b - c; }},
  };
  std::vector<int> numbers;
  const std::regex digits("[0-9]+");
  for (auto match = std::sregex_iterator(text.begin(), text.end(), digits); match != std::sregex_iterator(); ++match) {
    numbers.push_back(std::stoi(match->str()));
  }
  numbers.resize(3);
  for (const auto& [words, reading] : readings) {
    if (std::regex_search(text, words)) return reading(numbers[0], numbers[1], numbers[2]);
  }
  FAIL("no reading of: " << text);
  return 0;
}

/// The closure of all facts under all rules, then a look at it.
std::string set_closure(const std::string& text) {
  static const std::regex sentence("(A |Every |No )?(\\w+) is (not )?(a )?(\\w+)\\. ");
  static const std::regex asked("Is (\\w+) (\\w+)\\?");
  std::set<std::pair<std::string, std::string>> positive;  // thing, kind or property
  std::set<std::pair<std::string, std::string>> negative;
  std::set<std::string> things;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), sentence); match != std::sregex_iterator();
       ++match) {
    const bool negated = (*match)[1] == "No " || (*match)[3].matched;
    (negated ? negative : positive).emplace((*match)[2], (*match)[5]);
  }
  for (std::size_t before = 0; before != positive.size() + negative.size();) {
    before = positive.size() + negative.size();
    const auto known = positive;
    for (const auto& [thing, kind] : known) {
      for (const auto& [subject, object] : known) {
        if (subject == kind) positive.emplace(thing, object);
      }
      const auto excluded = negative;
      for (const auto& [subject, object] : excluded) {
        if (subject == kind) negative.emplace(thing, object);
      }
    }
  }
  std::smatch question;
  REQUIRE(std::regex_search(text, question, asked));
  const std::pair<std::string, std::string> claim(question[1], question[2]);
  const bool holds = positive.count(claim) > 0;
  const bool fails = negative.count(claim) > 0;
  REQUIRE_FALSE((holds && fails));
  return holds ? "yes" : fails ? "no" : "unknown";
}

template <class Evaluator>
void check_golds(const Domain& domain, Evaluator evaluator) {
  for (const Split split : {Split::kPretrain, Split::kTrain, Split::kEval}) {
    for (std::uint64_t index = 0; index < 1500; ++index) {
      const auto question = domain.question(split, 3, index);
      CAPTURE(question.messages[0].content);
      REQUIRE(question.gold == evaluator(question.messages[0].content));
    }
  }
}

}  // namespace

TEST_CASE("arithmetic's golds are what a shunting-yard evaluator finds", "[datasets][gold]") {
  REQUIRE(shunting_yard("2+3*(4-6)") == -4);
  const auto evaluate = [](const std::string& text) { return std::to_string(shunting_yard(only_expression(text))); };
  check_golds(*make_domain("arithmetic", nullptr, "test"), evaluate);
  check_golds(*make_domain("arithmetic", {{"terms_max", 7}, {"parentheses", 1}}, "test"), evaluate);
}

TEST_CASE("word problems' golds are what a reader of the stories finds", "[datasets][gold]") {
  check_golds(*make_domain("word_problems", nullptr, "test"),
              [](const std::string& text) { return std::to_string(read_story(text)); });
}

TEST_CASE("logic's golds are what the closure of facts and rules says", "[datasets][gold]") {
  REQUIRE(set_closure("No wug is blue. Rex is a wug. Is Rex blue?") == "no");
  check_golds(*make_domain("logic", nullptr, "test"), set_closure);
  check_golds(*make_domain("logic", {{"rules_max", 5}, {"distractors_max", 5}}, "test"), set_closure);
}

TEST_CASE("logic's answers are balanced", "[datasets][gold]") {
  const auto domain = make_domain("logic", nullptr, "test");
  std::map<std::string, int> count;
  for (std::uint64_t index = 0; index < 10000; ++index) ++count[domain->question(Split::kTrain, 1, index).gold];
  CHECK(count["yes"] + count["no"] + count["unknown"] == 10000);
  CHECK(std::abs(count["yes"] - 4000) < 200);
  CHECK(std::abs(count["no"] - 4000) < 200);
}

TEST_CASE("finding the property's name does not answer a logic question", "[datasets][gold]") {
  // A reader who takes the first sentence that ends in the property, without chaining.
  const auto domain = make_domain("logic", nullptr, "test");
  int right = 0;
  for (std::uint64_t index = 0; index < 5000; ++index) {
    const auto question = domain->question(Split::kTrain, 1, index);
    const auto& text = question.messages[0].content;
    const auto property = text.substr(text.rfind(' ') + 1, text.size() - text.rfind(' ') - 2);
    const auto at = text.find(" " + property + ".");
    std::string guess = "unknown";
    if (at != std::string::npos) {
      const auto begin = text.rfind('.', at - 1) == std::string::npos ? 0 : text.rfind('.', at - 1);
      const auto sentence = text.substr(begin, at - begin);
      guess = sentence.find("No ") != std::string::npos || sentence.find(" not") != std::string::npos ? "no" : "yes";
    }
    right += guess == question.gold ? 1 : 0;
  }
  CHECK(right < 4250);
}
