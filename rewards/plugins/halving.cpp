#include "rewards/plugins/halving.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hone::rewards::plugins {

void score_by_halves(std::span<const Asked> asked, std::span<Score> scores, const Try& attempt) {
  std::vector<std::pair<std::size_t, std::size_t>> waiting = {{0, asked.size()}};  // first and count
  while (!waiting.empty()) {
    const auto [first, count] = waiting.back();
    waiting.pop_back();
    if (count == 0) {
      continue;
    }
    const auto part = scores.subspan(first, count);
    const auto failed = attempt(asked.subspan(first, count), part);
    if (!failed) {
      continue;
    }
    if (count == 1 || !failed->halving_helps) {
      std::fill(part.begin(), part.end(), failure(failed->status, failed->reason));
      continue;
    }
    waiting.emplace_back(first + count / 2, count - count / 2);
    waiting.emplace_back(first, count / 2);
  }
}

}  // namespace hone::rewards::plugins
