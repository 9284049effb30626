#include <chrono>
#include <cmath>
#include <ctime>

#include "core/config.h"
#include "rewards/registry.h"
#include "tests/fuzz/outcome.h"

namespace {

double seconds_of_processor() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Rubrics may name scorers; those that start programs or open files are none of a fuzzer's business.
bool asks_for_scorer(const nlohmann::json& rubric) {
  if (!rubric.is_object() || !rubric.contains("items") || !rubric["items"].is_array()) return false;
  for (const auto& item : rubric["items"]) {
    if (item.is_object() && item.contains("scorer")) return true;
  }
  return false;
}

}  // namespace

/// A rubric, a byte 0, an answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hone;
  std::string_view rest = fuzz::text_of(data, size);
  const std::string_view written = fuzz::take_part(rest);
  nlohmann::json rubric;
  try {
    rubric = core::parse_json_text(written, fuzz::kSource);
  } catch (const core::UserError&) {
    return 0;
  }
  if (asks_for_scorer(rubric)) return 0;
  datasets::Question question;
  question.id = "q";
  question.messages = {{"user", "Is it hearsay under Rule 801(c)?"}};
  question.reference = {{"rubric", rubric}};
  static const auto scorer = rewards::make_scorer("rubric", {{"without_judge", "skip"}}, {});
  rewards::Answer answer;
  answer.text = rest;
  const double start = seconds_of_processor();
  const rewards::Score score = scorer->score(question, answer);
  fuzz::require(seconds_of_processor() - start < 2.0, "a rubric takes long");
  fuzz::require(std::isfinite(score.score) && score.score <= 1.0, "the score is out of bounds", score.detail);
  for (const rewards::Span& span : score.spans) {
    fuzz::require(span.begin <= span.end && span.end <= rest.size(), "a span lies outside", span.item);
  }
  return 0;
}
