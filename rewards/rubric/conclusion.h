#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rewards/rubric/assertion.h"
#include "rewards/rubric/phrases.h"

namespace hone::rewards::rubric {

/// The labels of one set: what an answer may conclude.
struct Labels {
  std::vector<std::string> names;
  std::size_t group = 0;  // of the rubric's Phrases
};

struct StatedLabel {
  std::size_t label = 0;
  Tokens at;
};

/// What a stretch of an answer concludes.
struct Conclusion {
  std::optional<std::size_t> label;  // the one that is stated; none where there is none, or more than one
  std::vector<StatedLabel> stated;   // in the order of the text
  std::string fault;                 // why there is none: one clause
};

/// Exactly one label has to be stated. A label that is negated states the other one where there are two, and none where
/// there are more; in a condition, a possibility or a question it is not stated.
[[nodiscard]] Conclusion read_conclusion(std::span<const Token> tokens, Tokens scope, const Matches& matches,
                                         const Labels& labels);

}  // namespace hone::rewards::rubric
