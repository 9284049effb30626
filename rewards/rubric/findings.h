#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rewards/rubric/assertion.h"
#include "rewards/rubric/formula.h"
#include "rewards/rubric/phrases.h"
#include "rewards/rubric/written.h"

namespace hone::rewards::rubric {

/// That an element is met, or not, as the answer says it in one place.
struct StatedFinding {
  std::size_t element = 0;
  Finding finding = Finding::kMet;
  Tokens at;  // from the element's name to the finding, in the order of the text
};

/// All that a stretch of an answer finds.
struct Findings {
  std::vector<StatedFinding> stated;       // in the order of the text
  std::vector<std::optional<Finding>> of;  // one an element; none: nothing stated, or contradicted
  std::vector<bool> is_contradicted;       // one an element

  [[nodiscard]] std::size_t count() const;  // elements of which something is stated without contradiction
};

/// The phrases of one set of elements, with the words for findings.
struct ElementPhrases {
  std::size_t group = 0;     // of the rubric's Phrases
  std::size_t elements = 0;  // how many there are
};

/// Adds a group for these elements. `elements` and `names` go together. Returns the name of an element whose phrase is
/// another's too, or is no phrase, in `fault`.
[[nodiscard]] ElementPhrases add_elements(Phrases& phrases, const std::vector<std::string>& names,
                                          const std::vector<WrittenElement>& elements, const WrittenFindings& more,
                                          std::string& fault);

/// What the sentences of `scope` find, by the matches of the elements' group. Only statements count: no questions,
/// conditions or possibilities; "not" turns a finding round. What a sentence says of the ones before it ends at
/// `edges`, tokens in rising order at which sections begin or end.
[[nodiscard]] Findings read_findings(std::span<const Token> tokens, Tokens scope, const Matches& matches,
                                     std::size_t elements, std::span<const std::size_t> edges = {});

}  // namespace hone::rewards::rubric
