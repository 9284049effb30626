#include "datasets/word_problems.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace hone::datasets {
namespace {

/// `text` holds a, b, c in braces for the numbers, N, M, O for three different names, P for N's pronoun, t for things
/// and k for what they are kept in. The numbers stand in the order of their letters.
struct Story {
  std::string_view program;
  std::string_view text;
};

constexpr std::array<Story, 6> kOneStep = {{
    {"ab+", "{N} has {a} {t}. {P} gets {b} more. How many {t} now?"},
    {"ab+", "{N} has {a} {t} and {M} has {b}. How many in all?"},
    {"ab-", "{N} had {a} {t} and lost {b}. How many are left?"},
    {"ab*", "{a} {k} hold {b} {t} each. How many {t} in all?"},
    {"ab*", "{N} buys {a} {t} at {b} dollars each. What is the cost?"},
    {"ab/", "{N} shares {a} {t} among {b} friends. How many for each?"},
}};

constexpr std::array<Story, 14> kTwoSteps = {{
    {"ab+c-", "{N} has {a} {t}, gets {b} more and loses {c}. How many are left?"},
    {"ab-c+", "{N} had {a} {t}, gave {b} to {M} and found {c}. How many now?"},
    {"ab-c+", "A bus has {a} people. {b} get off and {c} get on. How many now?"},
    {"ab-c-", "{N} had {a} {t}. {P} gave {b} to {M} and {c} to {O}. How many are left?"},
    {"ab+c+", "{N} has {a} {t}, {M} has {b} and {O} has {c}. How many in all?"},
    {"ab*c+", "{N} has {a} {k} of {b} {t} and {c} more. How many {t} in all?"},
    {"ab*c+", "{N} buys {a} {t} at {b} dollars each and a bag for {c}. What is the cost?"},
    {"ab*c-", "{N} fills {a} {k} with {b} {t} each and loses {c}. How many are left?"},
    {"ab*c-", "{N} saves {a} dollars a day for {b} days and spends {c}. How many are left?"},
    {"abc*-", "{N} has {a} dollars and buys {b} {t} at {c} each. How many dollars are left?"},
    {"ab+c/", "{N} has {a} {t} and {M} has {b}. They fill {c} {k}. How many in each?"},
    {"ab-c/", "{N} has {a} {t}, loses {b} and shares the rest among {c}. How many for each?"},
    {"aab++", "{N} has {a} {t}. {M} has {b} more than {N}. How many in all?"},
    {"aab*+", "{N} has {a} {t}. {M} has {b} times as many. How many in all?"},
}};

struct Person {
  std::string_view name;
  std::string_view pronoun;
};

constexpr std::array<Person, 12> kPeople = {{{"Tom", "He"},
                                             {"Ann", "She"},
                                             {"Sam", "He"},
                                             {"Mia", "She"},
                                             {"Ben", "He"},
                                             {"Eva", "She"},
                                             {"Max", "He"},
                                             {"Zoe", "She"},
                                             {"Leo", "He"},
                                             {"Amy", "She"},
                                             {"Dan", "He"},
                                             {"Kim", "She"}}};
constexpr std::array<std::string_view, 12> kThings = {"apples", "books", "cards", "coins", "cups",   "eggs",
                                                      "nuts",   "pens",  "pears", "rings", "stamps", "toys"};
constexpr std::array<std::string_view, 5> kContainers = {"bags", "boxes", "jars", "bowls", "crates"};

constexpr int kFactorMax = 9;
constexpr int kOtherFactorMax = 12;
constexpr int kMaximumDraws = 100000;

/// The steps of a postfix program; `operation` may exchange the one at a place. A step that divides by 0 or leaves a
/// remainder ends them early.
using Exchange = std::function<char(char operation, std::size_t place)>;
std::vector<Step> run(std::string_view program, const std::vector<int>& numbers, const Exchange& exchange = {}) {
  std::vector<Step> steps;
  std::vector<int> stack;
  for (const char symbol : program) {
    if (symbol >= 'a' && symbol <= 'z') {
      stack.push_back(numbers[static_cast<std::size_t>(symbol - 'a')]);
      continue;
    }
    const int right = stack.back();
    stack.pop_back();
    const int left = stack.back();
    const char operation = exchange ? exchange(symbol, steps.size()) : symbol;
    if (operation == '/' && (right == 0 || left % right != 0)) return {};
    steps.push_back({left, operation, right, apply(left, operation, right)});
    stack.back() = steps.back().result;
  }
  return steps;
}

char confused(char operation) {
  return operation == '+' ? '-' : '+';
}

Work to_work(const std::vector<Step>& steps) {
  Work work;
  for (const Step& step : steps) work.steps.push_back(to_text(step));
  work.answer = std::to_string(steps.back().result);
  return work;
}

/// Replaces each {key} in turn.
template <class Lookup>
std::string filled(std::string_view text, Lookup lookup) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      result += text[i];
      continue;
    }
    result += lookup(text[i + 1]);
    i += 2;
  }
  return result;
}

std::string tell(const Story& story, const std::vector<int>& numbers, core::RandomStream& stream) {
  auto people = kPeople;
  stream.shuffle(people);
  const std::string things(stream.pick(kThings));
  const std::string containers(stream.pick(kContainers));
  return filled(story.text, [&](char key) {
    switch (key) {
      case 'N':
        return std::string(people[0].name);
      case 'M':
        return std::string(people[1].name);
      case 'O':
        return std::string(people[2].name);
      case 'P':
        return std::string(people[0].pronoun);
      case 't':
        return things;
      case 'k':
        return containers;
      default:
        return std::to_string(numbers[static_cast<std::size_t>(key - 'a')]);
    }
  });
}

}  // namespace

WordProblem::WordProblem(std::string program, std::vector<int> numbers, std::string text)
    : program_(std::move(program)),
      numbers_(std::move(numbers)),
      text_(std::move(text)),
      steps_(run(program_, numbers_)),
      value_(steps_.back().result) {}

std::string WordProblem::content() const {
  std::string content = program_;
  for (const int number : numbers_) content += " " + std::to_string(number);
  return content;
}

Work WordProblem::careful() const {
  return to_work(steps_);
}

Work WordProblem::hasty() const {
  for (const char operation : {'+', '-', '*'}) {
    const Step step{numbers_[0], operation, numbers_[1], apply(numbers_[0], operation, numbers_[1])};
    if (step.result != value_) return to_work({step});
  }
  return {};  // not reached: a + b is never a - b for b > 0
}

Work WordProblem::slipped() const {
  for (std::size_t place = steps_.size(); place-- > 0;) {
    const auto steps = run(program_, numbers_, [place](char operation, std::size_t at) {
      return at == place ? confused(operation) : operation;
    });
    if (!steps.empty() && steps.back().result != value_) return to_work(steps);
  }
  auto steps = steps_;  // 2*2 is 2+2
  steps.back().result += steps.back().left;
  return to_work(steps);
}

Work WordProblem::stopped_early() const {
  if (steps_.size() > 1 && steps_.front().result != value_) return to_work({steps_.front()});
  const int only = numbers_[0] != value_ ? numbers_[0] : numbers_[1];
  const std::string answer = std::to_string(only != value_ ? only : only + 1);
  return Work{{std::to_string(only)}, answer};
}

std::string WordProblem::wrong_box() const {
  const auto found = std::find_if(numbers_.rbegin(), numbers_.rend(), [this](int number) { return number != value_; });
  return std::to_string(found != numbers_.rend() ? *found : value_ + 1);
}

bool WordProblemDomain::is_easy_enough(const std::vector<Step>& steps) const {
  return !steps.empty() && std::all_of(steps.begin(), steps.end(), [this](const Step& step) {
    const auto [small, large] = std::minmax({step.left, step.right});
    if (step.operation == '*' && (small > kFactorMax || large > kOtherFactorMax)) return false;
    if (step.operation == '/' && (step.right > kFactorMax || step.result > kOtherFactorMax)) return false;
    return step.result >= 1 && step.result <= options_.result_max;
  });
}

std::unique_ptr<Problem> WordProblemDomain::draw(core::RandomStream& stream) const {
  const Story& story = stream.chance(options_.one_step) ? stream.pick(kOneStep) : stream.pick(kTwoSteps);
  const auto letter_count =
      static_cast<std::size_t>(*std::max_element(story.program.begin(), story.program.end()) - 'a' + 1);
  for (int attempt = 0; attempt < kMaximumDraws; ++attempt) {
    std::vector<int> numbers;
    for (std::size_t i = 0; i < letter_count; ++i) {
      numbers.push_back(static_cast<int>(stream.integer(2, options_.number_max)));
    }
    if (!is_easy_enough(run(story.program, numbers))) continue;
    auto text = tell(story, numbers, stream);
    return std::make_unique<WordProblem>(std::string(story.program), std::move(numbers), std::move(text));
  }
  throw core::ConfigError("word_problems: number_max and result_max leave no numbers for \"" + std::string(story.text) +
                          "\"");
}

}  // namespace hone::datasets
