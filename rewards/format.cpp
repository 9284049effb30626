#include "rewards/format.h"

#include "rewards/boxes.h"
#include "rewards/math/reading.h"
#include "rewards/readable.h"

namespace hone::rewards {
namespace {

constexpr std::string_view kOpenTag = "<think>";
constexpr std::string_view kCloseTag = "</think>";

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) {
    ++found;
  }
  return found;
}

std::string first_failure(const std::vector<std::pair<std::string, double>>& parts) {
  for (const auto& [name, value] : parts) {
    if (value == 0.0) {
      return "fails " + name;
    }
  }
  return {};
}

}  // namespace

Format::Format(const FormatOptions& options) : options_(options) {}

Score Format::score(const datasets::Question& /*question*/, const Answer& answer) const {
  const std::string_view text = answer.text;
  const std::size_t opens = count(text, kOpenTag) + (options_.prompt_opens_think ? 1 : 0);
  const std::size_t inside = options_.prompt_opens_think ? 0 : text.find(kOpenTag) + kOpenTag.size();
  const std::size_t close = text.find(kCloseTag);
  const bool one_think = opens == 1 && count(text, kCloseTag) == 1 && inside <= close;
  const bool has_reasoning = one_think && !math::trim(text.substr(inside, close - inside)).empty();
  const Boxes all = find_boxes(text);
  const Boxes after = one_think ? find_boxes(text.substr(close + kCloseTag.size())) : Boxes{};
  const bool one_answer = all.contents.size() == 1 && !all.contents[0].empty() && !all.has_unterminated;
  const bool answer_last = one_answer && after.contents.size() == 1;

  Score score;
  score.parts = {{"one_think", one_think ? 1.0 : 0.0},
                 {"has_reasoning", has_reasoning ? 1.0 : 0.0},
                 {"one_answer", one_answer ? 1.0 : 0.0},
                 {"answer_last", answer_last ? 1.0 : 0.0}};
  score.detail = first_failure(score.parts);
  score.score = score.detail.empty() ? 1.0 : 0.0;
  score.status = score.detail.empty() ? Status::kOk : Status::kWrongFormat;
  score.extracted = all.contents.empty() ? std::string() : readable(all.contents.back());
  return score;
}

}  // namespace hone::rewards
