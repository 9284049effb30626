#pragma once

#include <cstdint>

namespace hone::rewards::rubric {

/// What a word does in a sentence that finds or concludes, as bits of Token::roles.
enum Role : std::uint16_t {
  kNegator = 1U << 0U,      // not, never, neither
  kDeterminer = 1U << 1U,   // no, without, lacks: says of what follows that it is not there
  kCondition = 1U << 2U,    // if, unless, assuming: nothing after it in the sentence is asserted
  kQuestion = 1U << 3U,     // whether: nothing up to the next comma is asserted
  kModal = 1U << 4U,        // must, may, would, perhaps: the verb behind it is not asserted
  kContrast = 1U << 5U,     // but, however, although: a new clause
  kCopula = 1U << 6U,       // is, was, been
  kConnector = 1U << 7U,    // and, or, the, element: joins a list
  kAnaphor = 1U << 8U,      // this, it, so, hence: the sentence goes on about what the last one named
  kDoubt = 1U << 9U,        // doubt, question, dispute: "no doubt" negates nothing
  kFail = 1U << 10U,        // fails, failed: with "to" it negates what follows
  kAfter = 1U << 11U,       // if, when, unless right behind a finding make it a condition
  kNeitherNor = 1U << 12U,  // nor: negates unless "neither" did already
};

/// The roles of a word by its hash; 0 for all others.
[[nodiscard]] std::uint16_t roles_of(std::uint64_t word);

}  // namespace hone::rewards::rubric
