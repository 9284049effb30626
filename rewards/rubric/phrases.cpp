#include "rewards/rubric/phrases.h"

#include <algorithm>
#include <bit>

namespace hone::rewards::rubric {

std::size_t Phrases::add_group(Overlap overlap) {
  groups_.push_back(overlap);
  return groups_.size() - 1;
}

bool Phrases::add(std::size_t group, std::string_view phrase, std::int32_t member, std::int32_t value) {
  Phrase added{.group = group, .member = member, .value = value, .words = {}};
  for (const Token& token : tokens_of(phrase)) {
    if (token.kind != TokenKind::kStop) added.words.push_back(token.word);
  }
  if (added.words.empty()) return false;
  std::uint64_t key = group;
  for (const std::uint64_t word : added.words) key = key * 0x9E3779B97F4A7C15ULL + word;
  const auto [begin, end] = by_words_.equal_range(key);
  for (auto at = begin; at != end; ++at) {
    const Phrase& other = phrases_[at->second];
    if (other.group != group || other.words != added.words) continue;
    if (other.member == member && other.value == value) return true;
    if (groups_[group] == Overlap::kLongest) return false;
  }
  by_words_.emplace(key, phrases_.size());
  phrases_.push_back(std::move(added));
  return true;
}

void Phrases::compile() {
  by_words_.clear();
  std::stable_sort(phrases_.begin(), phrases_.end(), [](const Phrase& left, const Phrase& right) {
    if (left.words.front() != right.words.front()) return left.words.front() < right.words.front();
    return left.words.size() > right.words.size();
  });
  slots_.assign(std::bit_ceil(std::max<std::size_t>(16, phrases_.size() * 4)), {});
  for (std::size_t begin = 0; begin < phrases_.size();) {
    std::size_t end = begin;
    const std::uint64_t word = phrases_[begin].words.front();
    while (end < phrases_.size() && phrases_[end].words.front() == word) ++end;
    std::size_t at = word & (slots_.size() - 1);
    while (slots_[at].word != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {word, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    begin = end;
  }
}

const Phrases::Slot* Phrases::slot(std::uint64_t word) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = word & mask; slots_[at].word != 0; at = (at + 1) & mask) {
    if (slots_[at].word == word) return &slots_[at];
  }
  return nullptr;
}

std::vector<Matches> Phrases::find(std::span<const Token> tokens) const {
  std::vector<Matches> found(groups_.size());
  if (slots_.empty()) return found;
  std::vector<std::uint32_t> covered(groups_.size(), 0);  // up to which token a group's last match reaches
  for (std::uint32_t at = 0; at < tokens.size(); ++at) {
    const Slot* const begins = slot(tokens[at].word);
    if (begins == nullptr) continue;
    for (std::uint32_t i = begins->begin; i < begins->end; ++i) {
      const Phrase& phrase = phrases_[i];
      const bool is_longest = groups_[phrase.group] == Overlap::kLongest;
      if (phrase.words.size() > tokens.size() - at || (is_longest && covered[phrase.group] > at)) continue;
      const bool matches = std::equal(phrase.words.begin(), phrase.words.end(), tokens.begin() + at,
                                      [](std::uint64_t word, const Token& token) { return word == token.word; });
      if (!matches) continue;
      const auto last = static_cast<std::uint32_t>(at + phrase.words.size());
      found[phrase.group].push_back({at, last, phrase.member, phrase.value});
      covered[phrase.group] = last;
    }
  }
  return found;
}

}  // namespace hone::rewards::rubric
