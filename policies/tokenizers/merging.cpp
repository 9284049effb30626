#include "policies/tokenizers/merging.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/error.h"

namespace hone::policies {
namespace {

/// Up to here looking for the best of all pairs again and again beats keeping them in a heap.
constexpr std::size_t kShortWord = 48;

using Candidate = MergeWorkspace::Candidate;

bool goes_later(const Candidate& a, const Candidate& b) {
  return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
}

void merge_short(std::vector<std::int32_t>& ids, const MergeTable& merges, std::vector<Merge>& pairs) {
  std::size_t count = ids.size();
  pairs.resize(count);
  for (std::size_t i = 0; i + 1 < count; ++i) pairs[i] = merges(ids[i], ids[i + 1]);
  while (count > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      if (pairs[i].rank < pairs[best].rank) best = i;
    }
    if (pairs[best].rank == Merge::kNone) break;
    ids[best] = pairs[best].id;
    std::copy(ids.begin() + static_cast<std::ptrdiff_t>(best) + 2, ids.begin() + static_cast<std::ptrdiff_t>(count),
              ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    std::copy(pairs.begin() + static_cast<std::ptrdiff_t>(best) + 1, pairs.begin() + static_cast<std::ptrdiff_t>(count),
              pairs.begin() + static_cast<std::ptrdiff_t>(best));
    --count;
    if (best + 1 < count) pairs[best] = merges(ids[best], ids[best + 1]);
    if (best > 0) pairs[best - 1] = merges(ids[best - 1], ids[best]);
  }
  ids.resize(count);
}

/// The word as a linked list, its possible merges in a heap. A merge leaves outdated candidates behind; they are known
/// by the id that they would make, which two different neighbours cannot.
class LongWord {
 public:
  LongWord(std::vector<std::int32_t>& ids, const MergeTable& merges, MergeWorkspace& workspace)
      : ids_(ids), merges_(merges), nodes_(workspace.nodes), heap_(workspace.heap) {
    const auto count = static_cast<std::int32_t>(ids.size());
    nodes_.clear();
    heap_.clear();
    for (std::int32_t i = 0; i < count; ++i) {
      nodes_.push_back({ids[static_cast<std::size_t>(i)], i - 1, i + 1 == count ? -1 : i + 1});
    }
    for (std::int32_t i = 0; i + 1 < count; ++i) {
      const auto merge = merges_(node(i).id, node(i + 1).id);
      if (merge.rank != Merge::kNone) heap_.push_back({merge.rank, i, merge.id});
    }
    std::make_heap(heap_.begin(), heap_.end(), goes_later);
  }

  void run() {
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), goes_later);
      const auto top = heap_.back();
      heap_.pop_back();
      merge(top);
    }
    ids_.clear();
    for (std::int32_t at = 0; at >= 0; at = node(at).next) ids_.push_back(node(at).id);
  }

 private:
  static constexpr std::int32_t kGone = -1;

  MergeWorkspace::Node& node(std::int32_t position) { return nodes_[static_cast<std::size_t>(position)]; }

  void merge(const Candidate& candidate) {
    auto& left = node(candidate.position);
    if (left.id == kGone || left.next < 0) return;
    auto& right = node(left.next);
    const auto merge = merges_(left.id, right.id);
    if (merge.rank == Merge::kNone || merge.id != candidate.id) return;
    left.id = candidate.id;
    left.next = right.next;
    right.id = kGone;
    if (left.next >= 0) node(left.next).previous = candidate.position;
    if (left.previous >= 0) push(left.previous);
    if (left.next >= 0) push(candidate.position);
  }

  void push(std::int32_t position) {
    const auto& left = node(position);
    const auto merge = merges_(left.id, node(left.next).id);
    if (merge.rank == Merge::kNone) return;
    heap_.push_back({merge.rank, position, merge.id});
    std::push_heap(heap_.begin(), heap_.end(), goes_later);
  }

  std::vector<std::int32_t>& ids_;
  const MergeTable& merges_;
  std::vector<MergeWorkspace::Node>& nodes_;
  std::vector<Candidate>& heap_;
};

}  // namespace

void merge_all(std::vector<std::int32_t>& ids, const MergeTable& merges, MergeWorkspace& workspace) {
  if (ids.size() <= kShortWord) return merge_short(ids, merges, workspace.pairs);
  if (ids.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw core::DataError("a word of " + std::to_string(ids.size()) + " symbols is too long for a tokenizer");
  }
  LongWord(ids, merges, workspace).run();
}

}  // namespace hone::policies
