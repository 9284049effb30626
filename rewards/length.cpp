#include "rewards/length.h"

#include <algorithm>

#include "core/error.h"

namespace hone::rewards {

Length::Length(const LengthOptions& options, const std::string& where) : options_(options) {
  if (options_.buffer > options_.max_length) {
    throw core::ConfigError(where + ".buffer is " + std::to_string(options_.buffer) + ", needs at most max_length (" +
                            std::to_string(options_.max_length) + ")");
  }
}

Score Length::score(const datasets::Question& question, const Answer& answer) const {
  Score score;
  if (options_.per == LengthUnit::kTokens && answer.tokens == 0 && !answer.text.empty()) {
    score.status = Status::kUnscorable;
    score.detail = "the answer to question " + question.id + " comes without its number of tokens";
    return score;
  }
  const auto length =
      options_.per == LengthUnit::kTokens ? answer.tokens : static_cast<std::int64_t>(answer.text.size());
  const std::int64_t over = length - (options_.max_length - options_.buffer);
  if (over > 0) {
    score.score = -std::min(1.0, static_cast<double>(over) / static_cast<double>(options_.buffer));
    score.detail = std::to_string(over) + " beyond the length without penalty";
  }
  score.parts = {{"length", static_cast<double>(length)}};
  return score;
}

}  // namespace hone::rewards
