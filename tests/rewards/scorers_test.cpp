#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "core/config.h"
#include "core/error.h"
#include "rewards/exact_math.h"
#include "rewards/format.h"
#include "rewards/length.h"
#include "rewards/readable.h"
#include "rewards/registry.h"
#include "rewards/weighted.h"

using namespace hone::rewards;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinAbs;
using nlohmann::json;

namespace {

const hone::datasets::Question kQuestion{"q1", "arithmetic", {{"user", "What is 3 + 4?"}}, "7", nullptr};

double part(const Score& score, const std::string& name) {
  for (const auto& [key, value] : score.parts) {
    if (key == name) {
      return value;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Answer answer(std::string_view text, std::int64_t tokens = 0) {
  Answer result;
  result.text = text;
  result.tokens = tokens;
  return result;
}

/// Always the same score.
class Fixed final : public Scorer {
 public:
  explicit Fixed(double value, Status status = Status::kOk) : value_(value), status_(status) {}
  [[nodiscard]] Score score(const hone::datasets::Question& /*question*/, const Answer& /*answer*/) const override {
    Score score;
    score.score = value_;
    score.status = status_;
    score.detail = std::string(status_name(status_));
    return score;
  }

 private:
  double value_;
  Status status_;
};

std::string message_of(const std::string& type, const json& options) {
  try {
    (void)make_scorer(type, options, {.where = "train.json: scorers.x.options"});
  } catch (const hone::core::ConfigError& error) {
    return error.what();
  }
  return "nothing thrown";
}

}  // namespace

TEST_CASE("exact_math scores the strict answer and reports the flexible one", "[rewards][exact_math]") {
  const ExactMath scorer;
  const Score right = scorer.score(kQuestion, answer("<think>3+4</think>\\boxed{7}"));
  CHECK(right.score == 1.0);
  CHECK(right.status == Status::kOk);
  CHECK(right.extracted == "7");
  CHECK(part(right, "strict") == 1.0);
  CHECK(part(right, "flexible") == 1.0);

  const Score bare = scorer.score(kQuestion, answer("it is 7"));
  CHECK(bare.score == 0.0);
  CHECK(bare.status == Status::kWrongFormat);
  CHECK(part(bare, "strict") == 0.0);
  CHECK(part(bare, "flexible") == 1.0);

  const Score undecided = scorer.score(kQuestion, answer("\\boxed{7+}"));
  CHECK(undecided.score == 0.0);
  CHECK(undecided.status == Status::kOk);
  CHECK(part(undecided, "undecided") == 1.0);
}

TEST_CASE("exact_math with flexible extraction scores what it finds", "[rewards][exact_math]") {
  const ExactMath scorer(ExactMathOptions{.extraction = ExtractionMode::kFlexible});
  CHECK(scorer.score(kQuestion, answer("it is 7")).score == 1.0);
  CHECK(scorer.score(kQuestion, answer("it is 7")).status == Status::kOk);
  CHECK(scorer.score(kQuestion, answer("no idea")).status == Status::kWrongFormat);
}

TEST_CASE("the question's own expression in a box earns nothing", "[rewards][exact_math]") {
  const ExactMath scorer;
  CHECK(scorer.score(kQuestion, answer("\\boxed{3 + 4}")).score == 0.0);
  hone::datasets::Question fraction = kQuestion;
  fraction.messages = {{"user", "Simplify 6/8."}};
  fraction.gold = "3/4";
  CHECK(scorer.score(fraction, answer("\\boxed{6/8}")).score == 0.0);
  CHECK(scorer.score(fraction, answer("\\boxed{3/4}")).score == 1.0);
}

TEST_CASE("gold and answer without a question are a pair to compare", "[rewards][exact_math]") {
  const ExactMath scorer;
  const auto score = [&](const char* gold, const char* text) {
    return scorer.score({"q1", "", {}, gold, nullptr}, answer(text));
  };
  CHECK(score("1", "\\boxed{\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}}").score == 1.0);
  CHECK(score("x^2-1", "(x+1)(x-1)").score == 1.0);
  CHECK(score("180 min", "3 hours").score == 1.0);
  CHECK(score("10 m", "10 cm").score == 0.0);
  CHECK(score("all real numbers", "all real numbers").score == 1.0);
  CHECK(score("7", "the answer is 7").status == Status::kWrongFormat);
  CHECK(score("7", "\\boxed{7} or \\boxed{8}").status == Status::kWrongFormat);
  CHECK(score("7", "").status == Status::kWrongFormat);
}

TEST_CASE("a question without a usable gold is unscorable, not wrong", "[rewards][exact_math]") {
  const ExactMath scorer;
  hone::datasets::Question question = kQuestion;
  question.gold = "";
  const Score score = scorer.score(question, answer("\\boxed{7}"));
  CHECK(score.status == Status::kUnscorable);
  CHECK_THAT(score.detail, ContainsSubstring("q1"));
  question.gold = std::string(5000, '7');
  CHECK(scorer.score(question, answer("\\boxed{7}")).status == Status::kUnscorable);
}

TEST_CASE("format wants one reasoning and then one box", "[rewards][format]") {
  const Format scorer;
  const auto score = [&](const char* text) { return scorer.score(kQuestion, answer(text)); };
  CHECK(score("<think>3+4</think> \\boxed{7}").score == 1.0);
  CHECK(score("<think>3+4</think> \\boxed{8}").score == 1.0);  // content is not its business
  for (const char* text :
       {"", "\\boxed{7}", "<think></think>\\boxed{7}", "<think> </think>\\boxed{7}", "<think>a</think>",
        "<think>a</think>\\boxed{}", "<think>a</think>\\boxed{7}\\boxed{7}", "<think>a\\boxed{7}",
        "<think>a</think><think>b</think>\\boxed{7}", "\\boxed{7}<think>a</think>", "<think>\\boxed{7}</think>",
        "<think>\\boxed{7}</think>\\boxed{7}", "</think>a<think>\\boxed{7}", "<think>a</think>\\boxed{7} \\boxed{",
        "a</think>\\boxed{7}"}) {
    CAPTURE(text);
    CHECK(score(text).score == 0.0);
    CHECK(score(text).status == Status::kWrongFormat);
    CHECK_FALSE(score(text).detail.empty());
  }
  const Score empty_reasoning = score("<think></think>\\boxed{7}");
  CHECK(part(empty_reasoning, "one_think") == 1.0);
  CHECK(part(empty_reasoning, "has_reasoning") == 0.0);
  CHECK(part(empty_reasoning, "one_answer") == 1.0);
  CHECK(part(empty_reasoning, "answer_last") == 1.0);
}

TEST_CASE("format knows templates whose prompt opens the reasoning", "[rewards][format]") {
  const Format scorer(FormatOptions{true});
  CHECK(scorer.score(kQuestion, answer("3+4</think>\\boxed{7}")).score == 1.0);
  CHECK(scorer.score(kQuestion, answer("<think>3+4</think>\\boxed{7}")).score == 0.0);
  CHECK(scorer.score(kQuestion, answer("</think>\\boxed{7}")).score == 0.0);
}

TEST_CASE("length is DAPO's soft overlong penalty", "[rewards][length]") {
  const Length scorer(LengthOptions{100, 20, LengthUnit::kTokens});
  const auto at = [&](std::int64_t tokens) { return scorer.score(kQuestion, answer("x", tokens)).score; };
  CHECK(at(1) == 0.0);
  CHECK(at(80) == 0.0);
  CHECK_THAT(at(81), WithinAbs(-0.05, 1e-12));
  CHECK_THAT(at(90), WithinAbs(-0.5, 1e-12));
  CHECK(at(100) == -1.0);
  CHECK(at(101) == -1.0);
  CHECK(at(1000000) == -1.0);
}

TEST_CASE("a length that is not known is unscorable", "[rewards][length]") {
  const Length tokens(LengthOptions{100, 20, LengthUnit::kTokens});
  CHECK(tokens.score(kQuestion, answer("some text")).status == Status::kUnscorable);
  CHECK(tokens.score(kQuestion, answer("")).status == Status::kOk);
  const Length characters(LengthOptions{4, 2, LengthUnit::kCharacters});
  CHECK_THAT(characters.score(kQuestion, answer("abc")).score, WithinAbs(-0.5, 1e-12));
}

TEST_CASE("weighted adds scores and keeps each one's own", "[rewards][weighted]") {
  const Weighted scorer({{"math", 1.0, std::make_shared<Fixed>(1.0)},
                         {"style", 0.25, std::make_shared<Fixed>(-1.0)},
                         {"seen", 0.0, std::make_shared<Fixed>(9.0)}});
  const Score score = scorer.score(kQuestion, answer("x"));
  CHECK_THAT(score.score, WithinAbs(0.75, 1e-12));
  CHECK(part(score, "math") == 1.0);
  CHECK(part(score, "style") == -1.0);
  CHECK(part(score, "seen") == 9.0);
}

TEST_CASE("a weighted score is as bad as its worst part", "[rewards][weighted]") {
  const auto together = [](Status left, Status right) {
    return Weighted({{"a", 1.0, std::make_shared<Fixed>(1.0, left)}, {"b", 1.0, std::make_shared<Fixed>(1.0, right)}})
        .score(kQuestion, answer("x"));
  };
  const Status ascending[] = {Status::kOk, Status::kWrongFormat, Status::kUnscorable, Status::kTimeout, Status::kError};
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = 0; j < 5; ++j) {
      CHECK(together(ascending[i], ascending[j]).status == ascending[std::max(i, j)]);
    }
  }
  CHECK(together(Status::kOk, Status::kWrongFormat).score == 2.0);
  CHECK(together(Status::kOk, Status::kError).score == 0.0);
}

TEST_CASE("a run's scorers become one, correctness first", "[rewards][registry]") {
  std::map<std::string, ScorerConfig> configs;
  configs["a_form"] = hone::core::from_json<ScorerConfig>({{"type", "format"}, {"weight", 0.1}}, "train.json");
  configs["math"] = hone::core::from_json<ScorerConfig>({{"type", "exact_math"}}, "train.json");
  const auto scorer = make_scorers(configs, ExtractionMode::kStrict, {.where = "train.json: scorers"});
  const Score score = scorer->score(kQuestion, answer("<think>a</think>\\boxed{7}"));
  CHECK_THAT(score.score, WithinAbs(1.1, 1e-12));
  REQUIRE(score.parts.size() > 2);
  CHECK(score.parts[0].first == "math");
  CHECK(score.parts[1].first == "a_form");
  CHECK(score.parts[2].first == "math/strict");
  CHECK(score.extracted == "7");

  const auto flexible = make_scorers(configs, ExtractionMode::kFlexible, {.where = "train.json: scorers"});
  CHECK_THAT(flexible->score(kQuestion, answer("it is 7")).score, WithinAbs(1.0, 1e-12));
}

TEST_CASE("a scorer that is not known names the ones that are", "[rewards][registry]") {
  const auto message = message_of("exact_mth", {});
  CHECK_THAT(message, StartsWith("train.json: scorers.x.options: there is no scorer \"exact_mth\", needs one of "));
  CHECK_THAT(message, ContainsSubstring("\"format\", \"http\", \"judge\", \"length\""));
  CHECK_THAT(message, EndsWith("; did you mean \"exact_math\"?"));
}

TEST_CASE("a scorer's options are read strictly", "[rewards][registry]") {
  CHECK_THAT(message_of("exact_math", {{"extracton", "strict"}}), ContainsSubstring("scorers.x.options.extracton"));
  CHECK_THAT(message_of("exact_math", {{"extraction", "loose"}}), ContainsSubstring("\"strict\", \"flexible\""));
  CHECK_THAT(message_of("length", {{"max_length", 10}, {"buffer", 11}}),
             ContainsSubstring("train.json: scorers.x.options.buffer is 11, needs at most max_length (10)"));
  CHECK_THAT(message_of("length", json::object()), ContainsSubstring("max_length"));
  CHECK_THAT(message_of("weighted", {{"scorers", json::object()}}), ContainsSubstring("scorers"));
  CHECK_THAT(message_of("weighted", {{"scorers", {{"f", {{"type", "format"}, {"extraction", "strict"}}}}}}),
             ContainsSubstring("scorers.x.options.scorers.f.extraction"));
}

TEST_CASE("a linked-in scorer is available to configs by its name", "[rewards][registry]") {
  const auto always_three = [](const json& /*options*/, const ScorerSetting& /*setting*/) {
    return std::make_shared<Fixed>(3.0);
  };
  register_scorer("always_three", always_three);
  CHECK(make_scorer("always_three", {}, {.where = "here"})->score(kQuestion, answer("")).score == 3.0);
  CHECK_THROWS_AS(register_scorer("always_three", always_three), hone::core::ConfigError);
}

TEST_CASE("what a model wrote is made fit for JSON", "[rewards]") {
  CHECK(readable("a\xC3\xA9") == "a\xC3\xA9");
  CHECK(readable("a\xFFz") == "a\xEF\xBF\xBDz");
  CHECK(readable(std::string(5000, 'x')).size() == 1003);
  std::string cut_inside_a_character(999, 'x');
  cut_inside_a_character.append("\xC3\xA9\xC3\xA9");
  CHECK_NOTHROW((void)json(readable(cut_inside_a_character)).dump());
}
