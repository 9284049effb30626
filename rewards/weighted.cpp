#include "rewards/weighted.h"

#include <cmath>
#include <utility>

#include "core/error.h"

namespace hone::rewards {
namespace {

int severity(Status status) {
  switch (status) {
    case Status::kOk:
      return 0;
    case Status::kWrongFormat:
      return 1;
    case Status::kUnscorable:
      return 2;
    case Status::kTimeout:
      return 3;
    case Status::kError:
      return 4;
  }
  return 4;
}

}  // namespace

Weighted::Weighted(std::vector<WeightedPart> parts, const std::string& where) : parts_(std::move(parts)) {
  if (parts_.empty()) {
    throw core::ConfigError(where + " is empty, needs at least one scorer");
  }
  for (const WeightedPart& part : parts_) {
    if (!std::isfinite(part.weight)) {
      throw core::ConfigError(where + "." + part.name + ".weight is not finite");
    }
  }
}

Score Weighted::score(const datasets::Question& question, const Answer& answer) const {
  Score total;
  std::vector<std::pair<std::string, double>> details;
  for (const WeightedPart& part : parts_) {
    Score one = part.scorer->score(question, answer);
    total.score += part.weight * one.score;
    total.status = severity(one.status) > severity(total.status) ? one.status : total.status;
    total.parts.emplace_back(part.name, one.score);
    for (auto& [name, value] : one.parts) {
      details.emplace_back(part.name + "/" + name, value);
    }
    for (auto& [name, text] : one.notes) {
      total.notes.emplace_back(part.name + "/" + name, std::move(text));
    }
    if (total.extracted.empty()) {
      total.extracted = std::move(one.extracted);
    }
    if (!one.detail.empty()) {
      total.detail += (total.detail.empty() ? "" : "; ") + part.name + ": " + one.detail;
    }
  }
  total.parts.insert(total.parts.end(), details.begin(), details.end());
  if (!teaches(total.status)) {
    total.score = 0.0;
  }
  return total;
}

}  // namespace hone::rewards
