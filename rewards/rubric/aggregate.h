#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rewards/rubric/written.h"

namespace hone::rewards::rubric {

/// An item's part in the score.
struct Weighed {
  double weight = 1.0;
  Class class_ = Class::kEssential;
  double pass_at = 1.0;
  double score = 0.0;            // s, in [0, 1]
  bool has_failed = false;       // could not be looked at; its weight is left out
  bool needs_substance = false;  // holds of an answer that says nothing
  bool is_conclusion = false;
};

/// What the items come to.
struct Total {
  double score = 0.0;
  double earned_weight = 0.0;              // the positive weight, by which points are divided
  std::optional<std::size_t> failed_gate;  // the first
  bool is_unscorable = false;              // too little of the positive weight was judged
};

/// With s of each item, weights w:
///   P = sum of w s over w > 0, N = sum of |w| (1 - s) over w < 0, both divided by the sum of w over w > 0
///   gated_linear  P - N, and at most gate_cap where a gate did not reach pass_at; times gate_cap, with gate: scale
///   linear        P - N
///   all_pass      1 where every item but the optional ones reaches pass_at, else 0
///   min, product  of s over every item but the optional ones
/// within [0, 1], unless clip is off. What holds of an answer that says nothing earns only beside another item, not the
/// conclusion, that earns.
[[nodiscard]] Total aggregate(std::vector<Weighed>& items, const WrittenAggregate& how);

}  // namespace hone::rewards::rubric
