#include <cmath>
#include <vector>

#include "rewards/plugins/http_shape.h"
#include "rewards/plugins/json_text.h"
#include "rewards/plugins/protocol.h"
#include "tests/fuzz/outcome.h"

using namespace hone;
namespace plugins = rewards::plugins;

namespace {

void check_score(const rewards::Score& score, std::string_view answer) {
  fuzz::require(std::isfinite(score.score) && std::abs(score.score) <= 1e9, "a score that is no number", score.detail);
  fuzz::require(rewards::teaches(score.status) || !score.detail.empty(), "masked without a reason");
  fuzz::require(plugins::is_utf8(score.detail) && plugins::is_utf8(score.extracted), "text that is not UTF-8");
  for (const auto& [name, value] : score.parts) {
    fuzz::require(std::isfinite(value) && plugins::is_utf8(name), "a part that is no number", name);
  }
  for (const auto& span : score.spans) {
    fuzz::require(span.begin <= span.end && span.end <= answer.size(), "a span outside of the answer", span.item);
  }
}

}  // namespace

/// An answer, and what a worker and services reply about two like it. Nothing may be thrown, and whatever is taken for
/// a score is one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const std::string answer(fuzz::take_part(rest));
  const datasets::Question question;
  rewards::Asked one;
  one.question = &question;
  one.answer.text = answer;
  one.answer.uid = "u";
  const std::vector<rewards::Asked> asked(2, one);
  using plugins::HttpShape;
  for (const auto shape : {HttpShape::kHone, HttpShape::kOpenrlhf, HttpShape::kSlime}) {
    std::vector<rewards::Score> scores(2);
    if (!plugins::read_body({.shape = shape}, std::string(rest), 7, asked, scores)) {
      check_score(scores[0], answer);
      check_score(scores[1], answer);
    }
    std::string request = plugins::request_body(shape, 7, asked);
    fuzz::require(nlohmann::json::accept(request) && request.find('\n') == std::string::npos,
                  "a request that is no line", request);
  }
  try {
    (void)plugins::read_hello(std::string(rest), fuzz::kSource);
  } catch (const core::DataError& refusal) {
    fuzz::require(std::string_view(refusal.what()).starts_with(fuzz::kSource), "the message does not name its source");
  }
  return 0;
}
