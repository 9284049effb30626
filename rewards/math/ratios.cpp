#include <charconv>
#include <optional>

#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

enum class HalfOfDay { kUnknown, kMorning, kAfternoon };

/// A time of day in seconds, within twelve hours where the half of the day is known.
struct TimeOfDay {
  int seconds = 0;
  HalfOfDay half = HalfOfDay::kUnknown;
};

std::optional<int> small_integer(Part part) {
  int value = 0;
  const std::string_view digits = part.text();
  const bool is_small = part.kind() == NodeKind::kInteger && digits.size() <= 2;
  if (!is_small || std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) {
    return std::nullopt;
  }
  return value;
}

bool has_half(Part part) {
  return part.kind() == NodeKind::kQuantity && (part.text() == "am" || part.text() == "pm");
}

std::optional<TimeOfDay> time_of_day(Part part) {
  TimeOfDay time;
  if (has_half(part)) {
    time.half = part.text() == "am" ? HalfOfDay::kMorning : HalfOfDay::kAfternoon;
    part = part.child(0);
  }
  const bool is_clock = part.kind() == NodeKind::kRatio && part.size() <= 3;
  if (!is_clock && part.kind() != NodeKind::kInteger) {
    return std::nullopt;
  }
  int unit = 3600;
  for (std::size_t i = 0; i < (is_clock ? part.size() : 1); ++i) {
    const auto value = small_integer(is_clock ? part.child(i) : part);
    if (!value || *value >= (i == 0 ? 25 : 60)) {
      return std::nullopt;
    }
    time.seconds += *value * unit;
    unit /= 60;
  }
  constexpr int kHalf = 12 * 3600;
  if (time.half != HalfOfDay::kUnknown) {
    time.seconds = time.seconds % kHalf + (time.half == HalfOfDay::kAfternoon ? kHalf : 0);
  }
  return time;
}

/// 3:30 may be either half of the day; 15:30 is the afternoon.
Decision compare_times(TimeOfDay gold, TimeOfDay answer) {
  constexpr int kHalf = 12 * 3600;
  const bool one_is_open = (gold.half == HalfOfDay::kUnknown) != (answer.half == HalfOfDay::kUnknown);
  const int open_seconds = gold.half == HalfOfDay::kUnknown ? gold.seconds : answer.seconds;
  const bool same = one_is_open && open_seconds <= kHalf + 3599 ? gold.seconds % kHalf == answer.seconds % kHalf
                                                                : gold.seconds == answer.seconds;
  return same ? equal_by(Rung::kStructure) : different_by(Rung::kStructure);
}

/// a:b as a/b.
Part quotient(Context& context, Part ratio) {
  Expression& made = context.make();
  Builder build(made);
  const std::uint32_t above = build.copy(*ratio.expression, ratio.child(0).node);
  const std::uint32_t below = build.copy(*ratio.expression, ratio.child(1).node);
  return {&made, build.add(NodeKind::kDivide, {above, below})};
}

/// 18:00 and 3:05 are times and no ratios.
bool is_clock(Part ratio) {
  for (std::size_t i = 0; i < ratio.size(); ++i) {
    const std::string_view digits = ratio.child(i).text();
    if (ratio.child(i).kind() == NodeKind::kInteger && digits.starts_with('0')) {
      return true;
    }
  }
  return false;
}

Decision compare_proportions(Context& context, Part gold, Part answer) {
  if (gold.size() != answer.size()) {
    return different_by(Rung::kStructure);
  }
  if (is_clock(gold) || is_clock(answer)) {
    Decision same = equal_by(Rung::kStructure);
    for (std::size_t i = 0; i < gold.size() && same.truth != Truth::kDifferent; ++i) {
      same = both(same, compare_values(context, gold.child(i), answer.child(i)));
    }
    return same;
  }
  Decision all = equal_by(Rung::kStructure);
  for (std::size_t i = 1; i < gold.size() && all.truth != Truth::kDifferent; ++i) {
    Expression& left = context.make();
    Builder build_left(left);
    const std::uint32_t a = build_left.copy(*gold.expression, gold.child(0).node);
    build_left.add(NodeKind::kMultiply, {a, build_left.copy(*answer.expression, answer.child(i).node)});
    Expression& right = context.make();
    Builder build_right(right);
    const std::uint32_t b = build_right.copy(*gold.expression, gold.child(i).node);
    build_right.add(NodeKind::kMultiply, {b, build_right.copy(*answer.expression, answer.child(0).node)});
    all = both(all, compare_scalars(left, root_index(left), right, root_index(right), context.work()));
  }
  return all;
}

}  // namespace

bool is_time(Part part) {
  return has_half(part);
}

Decision compare_ratios(Context& context, Part gold, Part answer) {
  if (has_half(gold) || has_half(answer)) {
    const auto wanted = time_of_day(gold);
    const auto found = time_of_day(answer);
    return wanted && found ? compare_times(*wanted, *found) : different_by(Rung::kStructure);
  }
  const bool gold_is_ratio = gold.kind() == NodeKind::kRatio;
  const bool answer_is_ratio = answer.kind() == NodeKind::kRatio;
  if (gold_is_ratio && answer_is_ratio) {
    return compare_proportions(context, gold, answer);
  }
  const Part ratio = gold_is_ratio ? gold : answer;
  const Part other = gold_is_ratio ? answer : gold;
  if (ratio.size() != 2 || is_clock(ratio) || !is_scalar(other.kind())) {
    return different_by(Rung::kStructure);
  }
  const Part value = quotient(context, ratio);
  return gold_is_ratio ? compare_values(context, value, other) : compare_values(context, other, value);
}

}  // namespace hone::rewards::math
