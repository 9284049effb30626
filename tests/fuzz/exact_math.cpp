#include "rewards/exact_math.h"

#include "tests/fuzz/outcome.h"

/// A gold, a question and an answer. Nothing may be thrown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  auto rest = fuzz::text_of(data, size);
  datasets::Question question;
  question.gold = std::string(fuzz::take_part(rest));
  question.messages.push_back({.role = "user", .content = std::string(fuzz::take_part(rest))});
  for (const auto extraction : {rewards::ExtractionMode::kStrict, rewards::ExtractionMode::kFlexible}) {
    const rewards::ExactMath scorer({.extraction = extraction});
    const auto score = scorer.score(question, {.text = rest});
    fuzz::require(score.score == 0.0 || score.score == 1.0, "a score between right and wrong", score.detail);
  }
  return 0;
}
