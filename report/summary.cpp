#include "report/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "report/format.h"
#include "report/text.h"

namespace hone::report {
namespace {

/// A share as percentage points with its sign.
std::string points(double share) {
  char buffer[32];
  // A gain that rounds to nothing has no sign: "+0.0", not "-0.0".
  const double rounded = std::abs(share) < 0.0005 ? 0.0 : share * 100.0;
  std::snprintf(buffer, sizeof(buffer), "%+.1f", rounded);
  return buffer;
}

std::string change(double before, double after) {
  return format_percent(before) + " → " + format_percent(after);
}

std::string gain_text(const Interval& gain) {
  const bool holds_zero = gain.low <= 0.0 && gain.high >= 0.0;
  return "(" + points(gain.value) + " points, 95 % [" + points(gain.low) + ", " + points(gain.high) + "]" +
         (holds_zero ? ", n.s.)" : ")");
}

std::string cost_text(const RunCost& cost) {
  std::string text = format_flops(cost.model_flops);
  if (cost.over_pretraining) {
    text += ", " + format_percent(*cost.over_pretraining) + " of the base's pretraining";
  }
  text += ", " + format_duration(cost.seconds);
  if (!cost.hardware.empty()) {
    text += " on " + cost.hardware;
  }
  if (cost.usd) {
    text += ", " + format_usd(*cost.usd);
  }
  return text;
}

}  // namespace

std::string closing_summary(const std::vector<SetOutcome>& sets, const RunCost& cost) {
  std::size_t name_columns = std::string_view("throughput").size();
  std::size_t change_columns = 0;
  std::size_t gain_columns = 0;
  for (const SetOutcome& set : sets) {
    name_columns = std::max(name_columns, display_width(set.set));
    change_columns = std::max(change_columns, display_width(change(set.before, set.after)));
    gain_columns = std::max(gain_columns, display_width(gain_text(set.gain)));
  }
  const auto label = [&](const std::string& name) { return pad_right(name, name_columns + 2); };
  std::string block;
  for (const SetOutcome& set : sets) {
    std::string line = label(set.set) + pad_right(change(set.before, set.after), change_columns + 2) +
                       pad_right(gain_text(set.gain), gain_columns);
    if (set.greedy_before && set.greedy_after) {
      line += "  greedy " + change(*set.greedy_before, *set.greedy_after);
    }
    line += "  n=" + std::to_string(set.questions);
    block += line + "\n";
  }
  block += label("cost") + cost_text(cost) + "\n";
  block += label("throughput") + "rollout " + format_token_rate(cost.rollout_tokens_per_s) + ", update " +
           format_token_rate(cost.update_tokens_per_s) + "\n";
  return block;
}

}  // namespace hone::report
