#include "rewards/rubric/aggregate.h"

#include <algorithm>

namespace hone::rewards::rubric {
namespace {

/// Takes from items that hold of nothing what they would earn for a bare conclusion.
void require_substance(std::vector<Weighed>& items) {
  const auto is_substance = [](const Weighed& item) {
    return item.weight > 0 && !item.needs_substance && !item.is_conclusion;
  };
  const bool can_have = std::any_of(items.begin(), items.end(), is_substance);
  const bool has = std::any_of(items.begin(), items.end(),
                               [&](const Weighed& item) { return is_substance(item) && item.score > 0; });
  if (!can_have || has) return;
  for (Weighed& item : items) {
    if (item.weight > 0 && item.needs_substance) item.score = 0.0;
  }
}

double linear(const std::vector<Weighed>& items, double positive) {
  double raw = 0.0;
  for (const Weighed& item : items) {
    if (item.has_failed) continue;
    raw += item.weight > 0 ? item.weight * item.score : item.weight * (1.0 - item.score);
  }
  return positive > 0 ? raw / positive : 0.0;
}

/// min, product and all_pass look at these.
bool counts(const Weighed& item) {
  return !item.has_failed && item.class_ != Class::kOptional;
}

double combined(const std::vector<Weighed>& items, Mode mode) {
  double value = 1.0;
  bool any = false;
  for (const Weighed& item : items) {
    if (!counts(item)) continue;
    any = true;
    if (mode == Mode::kMin) value = std::min(value, item.score);
    if (mode == Mode::kProduct) value *= item.score;
    if (mode == Mode::kAllPass && item.score < item.pass_at) value = 0.0;
  }
  return any ? value : 0.0;
}

}  // namespace

Total aggregate(std::vector<Weighed>& items, const WrittenAggregate& how) {
  require_substance(items);
  Total total;
  double all = 0.0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Weighed& item = items[i];
    if (item.weight > 0) all += item.weight;
    if (item.weight > 0 && !item.has_failed) total.earned_weight += item.weight;
    const bool fails = item.class_ == Class::kGate && !item.has_failed && item.score < item.pass_at;
    if (fails && !total.failed_gate) total.failed_gate = i;
  }
  total.is_unscorable = total.earned_weight <= 0 || total.earned_weight < how.min_weight * all;
  const bool is_linear = how.mode == Mode::kGatedLinear || how.mode == Mode::kLinear;
  total.score = is_linear ? linear(items, total.earned_weight) : combined(items, how.mode);
  if (how.mode == Mode::kGatedLinear && total.failed_gate) {
    total.score =
        how.gate == Gate::kScale && total.score > 0 ? total.score * how.gate_cap : std::min(total.score, how.gate_cap);
  }
  total.score = std::min(total.score, 1.0);
  if (how.clip) total.score = std::max(total.score, 0.0);
  return total;
}

}  // namespace hone::rewards::rubric
