#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/judge/options.h"

namespace hone::rewards {

/// What a judge found about one criterion.
struct Verdict {
  double score = 0.0;  // rank in the scale / (n - 1)
  std::string word;    // of the scale
  std::string reason;
};

struct Verdicts {
  std::vector<Verdict> verdicts;  // one a criterion, in their order; none where the reply cannot be read
  std::string problem;            // why it cannot be read, one clause for the judge
};

/// Reads a judge's reply: the last balanced JSON object with the key "verdicts", whatever stands before it. Strict: one
/// entry for each criterion and no other, a verdict out of its scale (case aside), a reason that is text. Bounded time.
[[nodiscard]] Verdicts read_verdicts(std::string_view reply, std::span<const Criterion> criteria);

}  // namespace hone::rewards
