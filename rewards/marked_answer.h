#pragma once

#include <string_view>
#include <vector>

#include "rewards/extraction.h"

namespace hone::rewards {

/// The contents of <answer>…</answer>, and whether one is left open.
struct Tags {
  std::vector<std::string_view> contents;
  bool has_unterminated = false;
};
[[nodiscard]] Tags find_tags(std::string_view text);

/// The answer as it was asked to be given: in a box, an <answer> or on an "Answer:" line after the reasoning, all that
/// are there agreeing. `has_no_mark` tells that there was none at all.
[[nodiscard]] Extraction marked_answer(std::string_view text);

}  // namespace hone::rewards
