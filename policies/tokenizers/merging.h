#pragma once

#include <cstdint>
#include <vector>

#include "policies/tokenizers/merge_table.h"

namespace hone::policies {

/// One thread's room for merging.
struct MergeWorkspace {
  struct Node {
    std::int32_t id;
    std::int32_t previous;  // positions, -1 at the ends
    std::int32_t next;
  };
  /// Ordered by rank, then by position.
  struct Candidate {
    std::uint32_t rank;
    std::int32_t position;
    std::int32_t id;
  };
  std::vector<Merge> pairs;
  std::vector<Node> nodes;
  std::vector<Candidate> heap;
};

/// Merges neighbours in `ids` in place, the lowest rank first and of equals the leftmost, until nothing can be merged.
/// Throws DataError for 2^31 ids or more.
void merge_all(std::vector<std::int32_t>& ids, const MergeTable& merges, MergeWorkspace& workspace);

}  // namespace hone::policies
