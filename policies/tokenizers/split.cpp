#include "policies/tokenizers/split.h"

#include <utility>

namespace hone::policies {
namespace {

/// Receives delimiters and gaps from left to right, and lays the parts down.
class Splitter {
 public:
  Splitter(SplitBehavior behavior, std::vector<TextRange>& parts)
      : behavior_(behavior), parts_(parts), first_(parts.size()) {}

  void put(TextRange range, bool is_delimiter) {
    if (joins(is_delimiter)) {
      parts_.back().end = range.end;
    } else if (range.begin != range.end && !(behavior_ == SplitBehavior::kRemoved && is_delimiter)) {
      parts_.push_back(range);
    }
    was_delimiter_ = is_delimiter;
  }

 private:
  /// Of two delimiters in a row only one merges with a gap: the first with the one before, the last with the next.
  [[nodiscard]] bool joins(bool is_delimiter) const {
    if (parts_.size() == first_) return false;
    switch (behavior_) {
      case SplitBehavior::kContiguous:
        return is_delimiter == was_delimiter_;
      case SplitBehavior::kMergedWithPrevious:
        return is_delimiter && !was_delimiter_;
      case SplitBehavior::kMergedWithNext:
        return !is_delimiter && was_delimiter_;
      case SplitBehavior::kIsolated:
      case SplitBehavior::kRemoved:
        return false;
    }
    return false;
  }

  SplitBehavior behavior_;
  std::vector<TextRange>& parts_;
  std::size_t first_;
  bool was_delimiter_ = false;
};

}  // namespace

void split_range(TextRange range, const std::vector<TextRange>& matches, SplitBehavior behavior, SplitAt at,
                 std::vector<TextRange>& parts) {
  Splitter splitter(behavior, parts);
  const bool matches_delimit = at == SplitAt::kMatches;
  auto end = range.begin;
  for (const auto& match : matches) {
    if (match.begin != end) splitter.put({end, match.begin}, !matches_delimit);
    splitter.put(match, matches_delimit);
    end = match.end;
  }
  if (end != range.end) splitter.put({end, range.end}, !matches_delimit);
}

}  // namespace hone::policies
