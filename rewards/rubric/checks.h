#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "datasets/question.h"
#include "rewards/rubric/answer_text.h"
#include "rewards/rubric/item_judge.h"
#include "rewards/rubric/rubric.h"
#include "rewards/scorer.h"

namespace hone::rewards::rubric {

/// A rubric with the question that it is for.
struct Prepared {
  std::shared_ptr<const Rubric> rubric;
  std::string prompt;
  Texts prompt_words;
  std::vector<std::vector<std::uint64_t>> copied;  // one an item: the runs that no_copy looks for, sorted
};

/// A stretch that speaks for the answer, or against it.
struct Evidence {
  Range at;
  bool is_good = true;
};

/// What came of one item.
struct Outcome {
  double score = 0.0;              // in [0, 1]
  std::string reason;              // what is not as it should be: one clause; empty where nothing is
  std::vector<Evidence> evidence;  // where that stands
  bool has_failed = false;         // it could not be looked at: `reason` says why
  Usage usage;
};

/// An answer before the checks.
struct Looked {
  const Prepared& prepared;
  const datasets::Question& question;
  const Answer& answer;
  AnswerText& text;
};

[[nodiscard]] Outcome holds();
[[nodiscard]] Outcome fails(std::string reason);

// Each needs that the item's section is there.
[[nodiscard]] Outcome check_conclusion(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_elements(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_consistency(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_contradiction(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_cites(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_citations_exist(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_record_refs(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_quotes(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_contains(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_regex(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_value(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_equals(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_sections(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_format(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_length(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_repetition(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_no_copy(const Item& item, std::size_t index, const Looked& looked);
[[nodiscard]] Outcome check_plugin(const Item& item, const Looked& looked);
[[nodiscard]] Outcome check_judge(const Item& item, const Looked& looked, const ItemJudge& judge);

/// All but `judge`; a section that is not there fails the item.
[[nodiscard]] Outcome run_check(std::size_t index, const Looked& looked);
/// The section's fault where the item's section is not there.
[[nodiscard]] std::string section_fault(const Item& item, const Looked& looked);

}  // namespace hone::rewards::rubric
