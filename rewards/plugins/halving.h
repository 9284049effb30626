#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "rewards/scorer.h"

namespace hone::rewards::plugins {

/// Why a try says nothing about any of its answers.
struct Failed {
  Status status = Status::kError;
  std::string reason;
  bool halving_helps = true;  // false: it is not about these answers, all others would fail the same way
};

/// Fills the scores of all its answers, or fails.
using Try = std::function<std::optional<Failed>(std::span<const Asked> asked, std::span<Score> scores)>;

/// Scores a batch though some answers may bring the scorer down: a batch that fails is tried again in halves, down to
/// the answer that fails alone, which gets the failure as its status and reason. The others get their scores.
void score_by_halves(std::span<const Asked> asked, std::span<Score> scores, const Try& attempt);

}  // namespace hone::rewards::plugins
