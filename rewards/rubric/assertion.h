#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "rewards/rubric/tokens.h"

namespace hone::rewards::rubric {

/// A stretch of tokens, [first, last).
struct Tokens {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Does a sentence say what a phrase in it says?
enum class Assertion : std::uint8_t {
  kAsserted,
  kNegated,
  kOpen,  // a condition, a possibility, a question, negated twice
};

/// What a "whether" before a phrase does: with "is met" nothing is asserted, with "cannot be determined" it is.
enum class Whether : std::uint8_t { kOpens, kNames };

/// Looks at the words before and behind the phrase at [first, last), within its sentence and within `scope`. What is
/// negated before `clause` belongs to another phrase.
[[nodiscard]] Assertion assertion_of(std::span<const Token> tokens, Tokens scope, std::size_t first, std::size_t last,
                                     std::size_t clause = 0, Whether whether = Whether::kOpens);

/// The sentence that begins at `first`: up to its stop, which is not part, or the end of the scope.
[[nodiscard]] Tokens sentence_at(std::span<const Token> tokens, Tokens scope, std::size_t first);
/// The sentence that holds `at`.
[[nodiscard]] Tokens sentence_around(std::span<const Token> tokens, Tokens scope, std::size_t at);
/// True where it ends with a question mark.
[[nodiscard]] bool is_question(std::span<const Token> tokens, Tokens sentence);

}  // namespace hone::rewards::rubric
