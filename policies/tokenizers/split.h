#pragma once

#include <string_view>
#include <vector>

#include "policies/tokenizers/text_range.h"

namespace hone::policies {

/// What becomes of the delimiters that a text is split at, under the names of `tokenizers`.
enum class SplitBehavior { kIsolated, kRemoved, kMergedWithPrevious, kMergedWithNext, kContiguous };

/// Which of the two are the delimiters: what matched, or what lies between.
enum class SplitAt { kMatches, kGaps };

/// Splits `range` at the matches, which lie in it in ascending order, and appends the parts, none empty, to `parts`.
void split_range(TextRange range, const std::vector<TextRange>& matches, SplitBehavior behavior, SplitAt at,
                 std::vector<TextRange>& parts);

}  // namespace hone::policies
