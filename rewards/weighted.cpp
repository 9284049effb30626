#include "rewards/weighted.h"

#include <algorithm>
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
  std::vector<Score> ones;
  for (const WeightedPart& part : parts_) {
    ones.push_back(part.scorer->score(question, answer));
  }
  return sum(ones);
}

std::vector<Score> Weighted::score_batch(std::span<const Asked> asked) const {
  std::vector<std::vector<Score>> by_answer(asked.size());
  for (const WeightedPart& part : parts_) {
    auto scores = part.scorer->score_batch(asked);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      by_answer[i].push_back(std::move(scores.at(i)));
    }
  }
  std::vector<Score> totals;
  for (auto& ones : by_answer) {
    totals.push_back(sum(ones));
  }
  return totals;
}

/// One answer's scores by the parts, in their order.
Score Weighted::sum(std::span<Score> ones) const {
  Score total;
  std::vector<std::pair<std::string, double>> details;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const WeightedPart& part = parts_[i];
    Score& one = ones[i];
    total.score += part.weight * one.score;
    total.status = severity(one.status) > severity(total.status) ? one.status : total.status;
    total.usage += one.usage;
    total.parts.emplace_back(part.name, one.score);
    for (auto& [name, value] : one.parts) {
      details.emplace_back(part.name + "/" + name, value);
    }
    for (auto& [name, text] : one.notes) {
      total.notes.emplace_back(part.name + "/" + name, std::move(text));
    }
    for (Span& span : one.spans) {
      total.spans.push_back({span.begin, span.end, part.name + "/" + span.item, part.weight * span.points});
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

Calls Weighted::calls() const {
  Calls all;
  for (const WeightedPart& part : parts_) {
    const Calls one = part.scorer->calls();
    all.batch = std::max(all.batch, one.batch);
    all.threads = std::max(all.threads, one.threads);
    all.longest_s += one.longest_s;
  }
  return all;
}

bool Weighted::judges_reasoning() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const WeightedPart& part) { return part.weight != 0.0 && part.scorer->judges_reasoning(); });
}

nlohmann::json Weighted::criteria(const datasets::Question& question) const {
  for (const WeightedPart& part : parts_) {
    if (nlohmann::json found = part.scorer->criteria(question); part.weight != 0.0 && !found.is_null()) {
      return found;
    }
  }
  return nullptr;
}

}  // namespace hone::rewards
