#include "rewards/scorer.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "rewards/readable.h"

namespace hone::rewards {
namespace {

bool is_finite(const Score& score) {
  return std::isfinite(score.score) && std::all_of(score.parts.begin(), score.parts.end(),
                                                   [](const auto& part) { return std::isfinite(part.second); });
}

}  // namespace

std::string_view status_name(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kWrongFormat:
      return "wrong_format";
    case Status::kTimeout:
      return "timeout";
    case Status::kError:
      return "error";
    case Status::kUnscorable:
      return "unscorable";
  }
  return "error";
}

Usage& Usage::operator+=(const Usage& other) {
  calls += other.calls;
  cached += other.cached;
  prompt_tokens += other.prompt_tokens;
  completion_tokens += other.completion_tokens;
  cost_usd += other.cost_usd;
  return *this;
}

Score failure(Status status, std::string detail) {
  Score score;
  score.status = status;
  score.detail = std::move(detail);
  return score;
}

Score finite_or_error(Score score) {
  return is_finite(score) ? std::move(score) : failure(Status::kError, "the scorer gave a score that is not finite");
}

Score score_safely(const Scorer& scorer, const Asked& asked) {
  try {
    return finite_or_error(scorer.score(*asked.question, asked.answer));
  } catch (const std::exception& error) {
    return failure(Status::kError, readable(error.what()));
  } catch (...) {
    return failure(Status::kError, "the scorer threw something that is no std::exception");
  }
}

std::vector<Score> Scorer::score_batch(std::span<const Asked> asked) const {
  std::vector<Score> scores;
  scores.reserve(asked.size());
  for (const Asked& one : asked) {
    scores.push_back(score_safely(*this, one));
  }
  return scores;
}

}  // namespace hone::rewards
