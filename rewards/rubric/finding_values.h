#pragma once

#include <cstdint>

#include "rewards/rubric/finding_words.h"
#include "rewards/rubric/phrases.h"

namespace hone::rewards::rubric {

/// A match's value: 0 names the element, 1 + Finding says it of the element by itself. Words for findings have no
/// element, and their manner in the tens.
inline constexpr std::int32_t kTerm = 0;
inline constexpr std::int32_t kNoElement = -1;

[[nodiscard]] inline std::int32_t value_of(Finding finding, Manner manner = Manner::kPlain) {
  return 1 + static_cast<std::int32_t>(finding) + 10 * static_cast<std::int32_t>(manner);
}
[[nodiscard]] inline Finding finding_of(const Match& match) {
  return static_cast<Finding>(match.value % 10 - 1);
}
[[nodiscard]] inline Manner manner_of(const Match& match) {
  return static_cast<Manner>(match.value / 10);
}

}  // namespace hone::rewards::rubric
