#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "rewards/exact_math.h"
#include "rewards/format.h"

using namespace hone::rewards;

namespace {

std::string repeat(const std::string& what, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) {
    text += what;
  }
  return text;
}

std::string box(const std::string& content) {
  return "\\boxed{" + content + "}";
}

std::vector<std::pair<std::string, std::string>> hostile_answers() {
  return {
      {"a tower of powers", box("9^9^9^9^9^9^9")},
      {"a huge exponent", box("2^" + std::string(4000, '9'))},
      {"a huge negative exponent", box("2^{-" + std::string(4000, '9') + "}")},
      {"the largest power that is computed, again and again", box(repeat("9^1000*", 400) + "1")},
      {"sums of large powers", box(repeat("(7^999)+", 450) + "1")},
      {"fractions of large powers", box(repeat("1/7^900+", 450) + "1")},
      {"a number of 4,000 digits", box(std::string(4000, '7'))},
      {"a number of a million digits", box(std::string(1000000, '7'))},
      {"many decimals of many lengths", box(repeat("0.123456789+.5+", 270) + "1")},
      {"products of many fractions", box(repeat("17/19*", 650) + "1")},
      {"deep parentheses", box(std::string(2000, '(') + "7" + std::string(2000, ')'))},
      {"deep braces", box(std::string(100000, '{') + "7" + std::string(100000, '}'))},
      {"deep fractions", box(repeat("\\frac{1}{", 300) + "7" + repeat("}", 300))},
      {"a chain of signs", box(std::string(4000, '-') + "7")},
      {"a chain of exponents", box(repeat("1^", 2000) + "1")},
      {"more nodes than are allowed", box(repeat("1+", 2000) + "1")},
      {"nested boxes", repeat("\\boxed{", 50000) + "7" + repeat("}", 50000)},
      {"boxes that never close", repeat("\\boxed{", 100000)},
      {"braces that never close", repeat("{", 500000) + box("7")},
      {"many boxes", repeat(box("7") + box("8"), 50000)},
      {"many boxes that agree slowly", repeat(box("7") + box("7.0") + box("7.00") + box("21/3") + box("7^1"), 20000)},
      {"many tags", repeat("<think></think>", 100000)},
      {"many answer lines", repeat("Answer: 7\n", 100000)},
      {"many almost numbers", repeat("1,", 500000)},
      {"many dollars", box(std::string(4000, '$'))},
      {"many spaces", box(std::string(1000000, ' '))},
      {"many backslashes", std::string(999999, '\\')},
      {"many equals signs", box(repeat("x=", 2000) + "7")},
      {"zero bytes", box(std::string(4000, '\0'))},
      {"bytes that are not UTF-8", box(std::string(4000, '\xFF')) + std::string(100000, '\xC3')},
      {"text commands without end", box(repeat("\\text{", 600))},
      {"text commands in text commands", box(repeat("\\text{", 400) + "7" + repeat("}", 400))},
  };
}

}  // namespace

TEST_CASE("a hostile answer earns nothing and takes less than 50 ms", "[rewards][hostile]") {
  const ExactMath strict;
  const ExactMath flexible(ExactMathOptions{.extraction = ExtractionMode::kFlexible});
  const Format format;
  const hone::datasets::Question question{"q", "", {{"user", "What is 3 + 4?"}}, "12345", nullptr};
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr double kLimitS = 2.0;
#else
  constexpr double kLimitS = 0.05;
#endif
  for (const auto& [name, text] : hostile_answers()) {
    for (const Scorer* scorer : {static_cast<const Scorer*>(&strict), static_cast<const Scorer*>(&flexible),
                                 static_cast<const Scorer*>(&format)}) {
      CAPTURE(name);
      double best_s = 1e9;  // the best of three
      Score score;
      for (int i = 0; i < 3; ++i) {
        const std::clock_t start = std::clock();  // of the processor
        score = scorer->score(question, Answer{text});
        best_s = std::min(best_s, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
      }
      CHECK(best_s < kLimitS);
      CHECK(score.score == 0.0);
      CHECK(teaches(score.status));
      CHECK_FALSE(score.detail.empty());
      CHECK(score.extracted.size() <= 4000);
    }
  }
}
