#include "datasets/solutions.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "core/error.h"
#include "core/random.h"
#include "datasets/expression.h"

using namespace hone;
using namespace hone::datasets;

namespace {

/// Of those whose answers stand in a box.
std::string any_domain() {
  return GENERATE("arithmetic", "logic", "word_problems");
}

/// What stands in the closed box after </think>; "" without one.
std::string boxed(const std::string& completion) {
  static const std::regex shape("<think>[^]*</think>\\\\boxed\\{([^}]*)\\}");
  std::smatch match;
  return std::regex_match(completion, match, shape) ? match[1].str() : "";
}

std::string first_word(const std::string& completion) {
  return completion.substr(0, completion.find(' '));
}

constexpr SolutionMix only(Habit habit) {
  SolutionMix mix{0, 0, 0, 0, 0, 0};
  double* const weights[] = {&mix.careful, &mix.hasty, &mix.slip, &mix.stopped_early, &mix.wrong_box, &mix.unfinished};
  *weights[static_cast<std::size_t>(habit)] = 1;
  return mix;
}

}  // namespace

TEST_CASE("a third of the documents is right, and the habits have their shares", "[datasets][solutions]") {
  const auto domain = make_domain(any_domain(), nullptr, "test");
  constexpr int kDocuments = 10000;
  std::map<std::string, double> share;
  int right = 0;
  for (int index = 0; index < kDocuments; ++index) {
    const auto document = make_document(*domain, {}, 1, static_cast<std::uint64_t>(index));
    CAPTURE(document.question.messages[0].content, document.completion);
    share[document.habit] += 1.0 / kDocuments;
    const bool is_right = boxed(document.completion) == document.question.gold;
    REQUIRE(is_right == document.correct);
    right += is_right ? 1 : 0;
  }
  CHECK(right >= 3000);
  CHECK(right <= 3600);
  const std::map<std::string, double> configured = {{"careful", 0.33},       {"hasty", 0.40},     {"slip", 0.10},
                                                    {"stopped_early", 0.10}, {"wrong_box", 0.05}, {"unfinished", 0.02}};
  CHECK(share.size() == configured.size());
  for (const auto& [habit, expected] : configured) {
    CAPTURE(habit, share[habit]);
    // Four standard deviations of a binomial share.
    CHECK(std::abs(share[habit] - expected) < 4 * std::sqrt(expected * (1 - expected) / kDocuments));
  }
}

TEST_CASE("the first word of the reasoning tells the habit", "[datasets][solutions]") {
  const auto domain = make_domain(GENERATE("arithmetic", "logic", "statute", "word_problems"), nullptr, "test");
  std::map<std::string, std::set<std::string>> habits_of_word;
  for (std::uint64_t index = 0; index < 3000; ++index) {
    const auto document = make_document(*domain, {}, 1, index);
    habits_of_word[first_word(document.completion)].insert(document.habit);
  }
  CHECK(habits_of_word.size() == kHabits);
  for (const auto& [word, habits] : habits_of_word) {
    CAPTURE(word);
    CHECK(habits.size() == 1);
  }
}

TEST_CASE("each step of a careful calculation is true", "[datasets][solutions]") {
  const auto domain = make_domain(GENERATE("arithmetic", "word_problems"), nullptr, "test");
  const std::regex step(R"((-?\d+)([-+*/])\(?(-?\d+)\)?=(-?\d+))");
  for (std::uint64_t index = 0; index < 3000; ++index) {
    const auto document = make_document(*domain, only(Habit::kCareful), 1, index);
    CAPTURE(document.question.messages[0].content, document.completion);
    const std::string& text = document.completion;
    const auto begin = std::sregex_iterator(text.begin(), text.end(), step);
    std::string last;
    for (auto match = begin; match != std::sregex_iterator(); ++match) {
      const int left = std::stoi((*match)[1]);
      const int right = std::stoi((*match)[3]);
      const int result = std::stoi((*match)[4]);
      switch ((*match)[2].str()[0]) {
        case '+':
          REQUIRE(result == left + right);
          break;
        case '-':
          REQUIRE(result == left - right);
          break;
        case '*':
          REQUIRE(result == left * right);
          break;
        default:
          REQUIRE(result * right == left);
      }
      last = (*match)[4];
    }
    REQUIRE(last == document.question.gold);
  }
}

TEST_CASE("each step of careful reasoning in logic repeats a statement of the question", "[datasets][solutions]") {
  const auto domain = make_domain("logic", nullptr, "test");
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const auto document = make_document(*domain, only(Habit::kCareful), 1, index);
    const auto& question = document.question.messages[0].content;
    CAPTURE(question, document.completion);
    std::string steps = document.completion.substr(13);  // after "<think>First "
    steps = steps.substr(0, steps.find("</think>")) + "\n";
    for (std::size_t at = 0; at < steps.size();) {
      const std::string step = steps.substr(at, steps.find('\n', at) - at);
      at += step.size() + 1;
      std::string universal_no = "No " + step;
      if (const auto negation = universal_no.find(" not"); negation != std::string::npos) {
        universal_no.erase(negation, 4);
      }
      REQUIRE((question.find(step + ".") != std::string::npos || question.find(universal_no) != std::string::npos));
    }
  }
}

TEST_CASE("a wrong habit is wrong about every question", "[datasets][solutions]") {
  const auto domain = make_domain(any_domain(), nullptr, "test");
  const auto habit = GENERATE(Habit::kHasty, Habit::kSlip, Habit::kStoppedEarly, Habit::kWrongBox, Habit::kUnfinished);
  for (std::uint64_t index = 0; index < 4000; ++index) {
    const auto document = make_document(*domain, only(habit), 2, index);
    CAPTURE(document.question.messages[0].content, document.completion);
    REQUIRE(document.habit == habit_name(habit));
    REQUIRE(boxed(document.completion) != document.question.gold);
    REQUIRE(boxed(document.completion).empty() == (habit == Habit::kUnfinished));
  }
}

TEST_CASE("the hasty solver of arithmetic goes from left to right where that errs", "[datasets][solutions]") {
  const auto domain = make_domain("arithmetic", nullptr, "test");
  int from_left_to_right = 0;
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const auto problem = domain->problem(Split::kPretrain, 1, index);
    Expression expression;
    const std::string text = problem->content();
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!std::isdigit(static_cast<unsigned char>(text[i]))) {
        expression.push_back({text[i], 0});
        continue;
      }
      std::size_t digits = 0;
      expression.push_back({'n', std::stoi(text.substr(i), &digits)});
      i += digits - 1;
    }
    const auto result = std::to_string(work_left_to_right(expression).back().result);
    if (result == problem->careful().answer) continue;
    ++from_left_to_right;
    REQUIRE(problem->hasty().answer == result);
  }
  CHECK(from_left_to_right > 500);
}

TEST_CASE("precedence, parentheses and haste, by hand", "[datasets][solutions]") {
  // 3+4*(5-7): careful 5-7=-2, 4*-2=-8, 3-8=-5; from the left 7, 35, 28.
  const Expression expression = {{'n', 3}, {'+', 0}, {'n', 4}, {'*', 0}, {'(', 0},
                                 {'n', 5}, {'-', 0}, {'n', 7}, {')', 0}};
  const auto careful = work_out(expression);
  REQUIRE(careful.size() == 3);
  CHECK(to_text(expression) == "3+4*(5-7)");
  CHECK(to_text(careful[0]) == "5-7=-2");
  CHECK(to_text(careful[1]) == "4*(-2)=-8");
  CHECK(to_text(careful[2]) == "3+(-8)=-5");
  CHECK(work_left_to_right(expression).back().result == 28);
}

TEST_CASE("a document is a function of the seed and its place", "[datasets][solutions]") {
  const auto name = any_domain();
  const auto one = make_document(*make_domain(name, nullptr, "test"), {}, 4, 9);
  const auto again = make_document(*make_domain(name, nullptr, "test"), {}, 4, 9);
  CHECK(one.question.id == again.question.id);
  CHECK(one.completion == again.completion);
  CHECK(make_document(*make_domain(name, nullptr, "test"), {}, 5, 9).completion != one.completion);
}

TEST_CASE("documents stay byte for byte what committed bases have read", "[datasets][solutions]") {
  // FNV-1a over 500 documents, taken before domains could lay out their documents themselves. Another hash means that
  // examples/quickstart/base can no longer be made again.
  const auto [name, expected] = GENERATE(table<std::string, std::uint64_t>({{"arithmetic", 14195411439706716370U},
                                                                            {"logic", 6873963427251934120U},
                                                                            {"word_problems", 9480383074594229806U}}));
  const auto domain = make_domain(name, nullptr, "test");
  std::uint64_t hash = 0;
  for (std::uint64_t index = 0; index < 500; ++index) {
    const auto document = make_document(*domain, {}, 1, index);
    hash = core::stable_hash(document.question.messages[0].content + "\n" + document.completion, hash);
    CHECK(document.question.reference.is_null());
  }
  CAPTURE(name);
  CHECK(hash == expected);
}

TEST_CASE("a mix without any weight is refused", "[datasets][solutions]") {
  const auto domain = make_domain("logic", nullptr, "test");
  CHECK_THROWS_AS(make_document(*domain, SolutionMix{0, 0, 0, 0, 0, 0}, 1, 0), core::ConfigError);
}
