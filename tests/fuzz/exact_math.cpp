#include "rewards/exact_math.h"

#include <ctime>

#include "rewards/math/choices.h"
#include "rewards/math/compare.h"
#include "rewards/math/explain.h"
#include "tests/fuzz/outcome.h"

namespace {

using namespace hone;
using rewards::math::Truth;

/// Without the tolerance, which the gold's digits decide, and without letters of multiple choice, bases and brackets
/// round a list, which mean more in a gold than in an answer, equality goes both ways.
void check_comparison(std::string_view gold, std::string_view answer) {
  const rewards::math::CompareOptions exact{.tolerance = rewards::math::Tolerance::kNone};
  const std::clock_t start = std::clock();  // of the processor: the machine may be busy
  const auto forth = rewards::math::compare(gold, answer, exact);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  fuzz::require(seconds < 1.0, "a comparison took a second, with sanitizers", forth.detail);
  fuzz::require(forth.truth == Truth::kEqual || !forth.detail.empty(), "no reason", forth.detail);
  const auto back = rewards::math::compare(answer, gold, exact);
  const bool has_choice = rewards::math::choice_of(gold).letter != 0 || rewards::math::choice_of(answer).letter != 0;
  const bool contradicts = (forth.truth == Truth::kEqual && back.truth == Truth::kDifferent) ||
                           (forth.truth == Truth::kDifferent && back.truth == Truth::kEqual);
  constexpr std::string_view kOfGolds = "_[]";
  const bool is_directed = has_choice || gold.find_first_of(kOfGolds) != gold.npos ||
                           answer.find_first_of(kOfGolds) != answer.npos || answer.find("brack") != answer.npos ||
                           gold.find("brack") != gold.npos;
  fuzz::require(is_directed || !contradicts, "equal one way and different the other", forth.gold_form);
  (void)rewards::math::explain(gold, answer, {.require_form = rewards::math::RequireForm::kSimplified});
}

void check_scorer(const datasets::Question& question, std::string_view answer) {
  for (const auto extraction : {rewards::ExtractionMode::kStrict, rewards::ExtractionMode::kFlexible}) {
    const rewards::ExactMath scorer({.extraction = extraction});
    const auto score = scorer.score(question, {.text = answer});
    fuzz::require(score.score == 0.0 || score.score == 1.0, "a score between right and wrong", score.detail);
  }
}

}  // namespace

/// A gold, a question and an answer. Nothing may be thrown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  datasets::Question question;
  question.gold = std::string(fuzz::take_part(rest));
  question.messages.push_back({.role = "user", .content = std::string(fuzz::take_part(rest))});
  check_comparison(question.gold, rest);
  check_scorer(question, rest);
  return 0;
}
