#include "rewards/rubric/conclusion.h"

#include <algorithm>

namespace hone::rewards::rubric {
namespace {

std::optional<std::size_t> said_by(std::span<const Token> tokens, Tokens scope, const Match& match, std::size_t clause,
                                   const Labels& labels) {
  const auto label = static_cast<std::size_t>(match.member);
  const Tokens sentence = sentence_around(tokens, scope, match.first);
  if (is_question(tokens, sentence)) return std::nullopt;
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
