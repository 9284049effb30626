// Families of real sets: intervals and their unions, as brackets or as inequalities.
#include <algorithm>

#include "tests/rewards/exact_math_entries.h"

namespace exact_math {
namespace {

struct Interval {
  Fraction low;
  Fraction high;
  bool has_low = false;  // whether it holds its ends
  bool has_high = false;
  bool is_unbounded = false;  // above, whatever `high` is
  friend bool operator==(const Interval& a, const Interval& b) {
    return a.low == b.low && a.has_low == b.has_low && a.is_unbounded == b.is_unbounded &&
           (a.is_unbounded || (a.high == b.high && a.has_high == b.has_high));
  }
};
using Intervals = std::vector<Interval>;  // ascending, apart from each other; never all

Intervals small_intervals(RandomStream& random) {
  Intervals made;
  Entries ends = entries_of(random.chance(0.5) ? 2 : 4, random);
  std::sort(ends.begin(), ends.end());
  for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
    made.push_back({ends[i], ends[i + 1], random.chance(0.5), random.chance(0.5)});
  }
  made.back().is_unbounded = random.chance(0.3);
  return made;
}

std::string interval_text(const Interval& v, RandomStream& random) {
  const bool is_sized = random.chance(0.3);
  const std::string high = v.is_unbounded ? (random.chance(0.2) ? "∞" : "\\infty") : entry_text(v.high, random);
  const bool has_high = v.has_high && !v.is_unbounded;
  return (is_sized ? "\\left" : "") + std::string(v.has_low ? "[" : "(") + entry_text(v.low, random) +
         (random.chance(0.5) ? ", " : ",") + high + (is_sized ? "\\right" : "") + (has_high ? "]" : ")");
}

std::string inequality_text(const Interval& v, RandomStream& random) {
  const std::string below = v.has_low ? "\\le " : "<";
  if (v.is_unbounded) {
    return random.chance(0.5) ? entry_text(v.low, random) + below + "x"
                              : "x" + (v.has_low ? std::string("\\geq ") : ">") + entry_text(v.low, random);
  }
  return entry_text(v.low, random) + below + "x" + (v.has_high ? "\\leq " : "<") + entry_text(v.high, random);
}

std::string spell_intervals(Intervals value, RandomStream& random) {
  random.shuffle(value);
  const bool is_inequality = random.chance(0.2);
  std::string text = !is_inequality && random.chance(0.2) ? "x\\in " : "";
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_inequality) {
      text += (i == 0 ? "" : random.chance(0.5) ? " \\text{ or } " : " or ") + inequality_text(value[i], random);
    } else {
      text += (i == 0 ? "" : random.chance(0.2) ? "∪" : "\\cup ") + interval_text(value[i], random);
    }
  }
  return text;
}

Pair intervals(Wanted wanted, RandomStream& random) {
  return pair_of(
      wanted, small_intervals(random), [&](const Intervals& v) { return spell_intervals(v, random); },
      [&](Intervals v) {
        Interval& chosen = v[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(v.size()) - 1))];
        switch (random.integer(0, 4)) {
          case 0:
            chosen.has_low = !chosen.has_low;
            break;
          case 1:
            chosen.has_high = !chosen.has_high;
            break;
          case 2:
            chosen.low = chosen.low - Fraction{1, 3};
            break;
          case 3:
            if (v.size() > 1) {
              v.erase(v.begin() + (random.chance(0.5) ? 1 : 0));
            }
            break;
          default:
            chosen.is_unbounded = !chosen.is_unbounded && &chosen == &v.back();
            break;
        }
        return v;
      });
}

}  // namespace

std::vector<Family> interval_families() {
  return {{"intervals", intervals}};
}

}  // namespace exact_math
