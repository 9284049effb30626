#include "rewards/rubric/runs.h"

#include <algorithm>
#include <numeric>

namespace hone::rewards::rubric {

void Texts::add(std::string_view text) {
  const std::vector<std::uint64_t> words = words_of(text);
  if (words.empty()) return;
  words_.insert(words_.end(), words.begin(), words.end());
  words_.push_back(0);
}

void Texts::compile() {
  by_word_.resize(words_.size());
  std::iota(by_word_.begin(), by_word_.end(), 0U);
  std::sort(by_word_.begin(), by_word_.end(), [&](std::uint32_t left, std::uint32_t right) {
    return words_[left] != words_[right] ? words_[left] < words_[right] : left < right;
  });
}

std::size_t Texts::find(std::span<const std::uint64_t> words, std::size_t from) const {
  if (words.empty()) return 0;
  // A word as frequent as this in a quotation's beginning would make the search quadratic.
  constexpr int kMostTries = 2000;
  auto at = std::lower_bound(by_word_.begin(), by_word_.end(), words.front(),
                             [&](std::uint32_t place, std::uint64_t word) { return words_[place] < word; });
  for (int tries = 0; at != by_word_.end() && words_[*at] == words.front() && tries < kMostTries; ++at, ++tries) {
    if (*at < from || words.size() > words_.size() - *at) continue;
    if (std::equal(words.begin(), words.end(), words_.begin() + *at)) return *at + words.size();
  }
  return 0;
}

bool Texts::in_one_text(std::size_t place, std::size_t other) const {
  const auto [low, high] = std::minmax(place, other);
  return std::find(words_.begin() + static_cast<std::ptrdiff_t>(low),
                   words_.begin() + static_cast<std::ptrdiff_t>(std::min(high, words_.size())),
                   std::uint64_t{0}) == words_.begin() + static_cast<std::ptrdiff_t>(std::min(high, words_.size()));
}

std::vector<std::uint64_t> Texts::runs(std::size_t length) const {
  std::vector<std::uint64_t> all;
  for (auto begin = words_.begin(); begin != words_.end();) {
    const auto end = std::find(begin, words_.end(), std::uint64_t{0});
    const auto runs = runs_of({begin, end}, length);
    all.insert(all.end(), runs.begin(), runs.end());
    begin = end == words_.end() ? end : end + 1;
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<std::uint64_t> runs_of(std::span<const std::uint64_t> words, std::size_t length) {
  std::vector<std::uint64_t> hashes;
  if (words.size() < length || length == 0) return hashes;
  constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15ULL;  // odd, so that no word is lost
  std::uint64_t highest = 1;
  for (std::size_t i = 1; i < length; ++i) highest *= kBase;
  std::uint64_t hash = 0;
  hashes.reserve(words.size() - length + 1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i >= length) hash -= words[i - length] * highest;
    hash = hash * kBase + words[i];
    if (i + 1 >= length) hashes.push_back(hash);
  }
  return hashes;
}

}  // namespace hone::rewards::rubric
