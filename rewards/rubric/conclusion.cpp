#include "rewards/rubric/conclusion.h"

#include <algorithm>

namespace hone::rewards::rubric {
namespace {

bool is_one_of(std::uint64_t word, std::span<const std::uint64_t> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// "Some say that it is", "it is, unless it is not", "it is: false": said and taken back, or said by others.
bool is_hedged(std::span<const Token> tokens, Tokens sentence, const Match& match) {
  static const std::uint64_t others[] = {word_hash("some"), word_hash("others"), word_hash("people"),
                                         word_hash("many")};
  static const std::uint64_t say[] = {word_hash("say"),   word_hash("think"), word_hash("believe"),
                                      word_hash("argue"), word_hash("claim"), word_hash("hold")};
  static const std::uint64_t unless = word_hash("unless");
  static const std::uint64_t false_[] = {word_hash("false"), word_hash("wrong"), word_hash("untrue")};
  // A sentence without an end must not be gone through for each label in it.
  constexpr std::size_t kFarthest = 40;
  const std::size_t first = match.first > sentence.first + kFarthest ? match.first - kFarthest : sentence.first;
  const std::size_t last = std::min(sentence.last, match.last + kFarthest);
  for (std::size_t i = first; i + 1 < match.first; ++i) {
    if (is_one_of(tokens[i].word, others) && is_one_of(tokens[i + 1].word, say)) return true;
  }
  for (std::size_t i = match.last; i < last; ++i) {
    if (tokens[i].word == unless) return true;
    if (is_one_of(tokens[i].word, false_) && tokens[i - 1].kind == TokenKind::kMark && i + 1 == sentence.last)
      return true;
  }
  return false;
}

std::optional<std::size_t> said_by(std::span<const Token> tokens, Tokens scope, const Match& match, std::size_t clause,
                                   const Labels& labels) {
  const auto label = static_cast<std::size_t>(match.member);
  const Tokens sentence = sentence_around(tokens, scope, match.first);
  if (is_question(tokens, sentence) || is_hedged(tokens, sentence, match)) return std::nullopt;
  switch (assertion_of(tokens, sentence, match.first, match.last, clause)) {
    case Assertion::kAsserted:
      return label;
    case Assertion::kNegated:
      return labels.names.size() == 2 ? std::optional(1 - label) : std::nullopt;
    case Assertion::kOpen:
      break;
  }
  return std::nullopt;
}

}  // namespace

Conclusion read_conclusion(std::span<const Token> tokens, Tokens scope, const Matches& matches, const Labels& labels) {
  Conclusion conclusion;
  bool is_open = false;
  auto at = std::lower_bound(matches.begin(), matches.end(), scope.first,
                             [](const Match& match, std::size_t first) { return match.first < first; });
  std::size_t clause = scope.first;
  for (; at != matches.end() && at->last <= scope.last; clause = at->last, ++at) {
    if (const auto label = said_by(tokens, scope, *at, clause, labels)) {
      conclusion.stated.push_back({*label, {at->first, at->last}});
    } else {
      is_open = true;
    }
  }
  const auto& stated = conclusion.stated;
  const bool agree = std::all_of(stated.begin(), stated.end(),
                                 [&](const StatedLabel& one) { return one.label == stated.front().label; });
  if (stated.empty()) {
    conclusion.fault = is_open ? "it states no conclusion plainly" : "it states no conclusion";
  } else if (!agree) {
    conclusion.fault = "it states more than one conclusion";
  } else {
    conclusion.label = stated.front().label;
  }
  return conclusion;
}

}  // namespace hone::rewards::rubric
