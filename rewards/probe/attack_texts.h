#pragma once

#include <string>
#include <vector>

#include "rewards/probe/attack.h"

/// What each attack writes; `attacks()` says what each is.
namespace hone::rewards::probe {

using Texts = std::vector<std::string>;

// Nothing to read: contentless_attacks.cpp
[[nodiscard]] Texts empty_answer(const Target& target);
[[nodiscard]] Texts echoed_prompt(const Target& target);
[[nodiscard]] Texts master_keys(const Target& target);
[[nodiscard]] Texts control_characters(const Target& target);
[[nodiscard]] Texts very_long(const Target& target);
[[nodiscard]] Texts forged_verdicts(const Target& target);

// The right words, not the right answer: content_attacks.cpp
[[nodiscard]] Texts every_label(const Target& target);
[[nodiscard]] Texts stuffed_keywords(const Target& target);
[[nodiscard]] Texts another_answer(const Target& target);
[[nodiscard]] Texts wrong_conclusion(const Target& target);
[[nodiscard]] Texts hidden_in_thinking(const Target& target);
[[nodiscard]] Texts cut_in_half(const Target& target);

// The right conclusion, not its reasoning: reasoning_attacks.cpp
[[nodiscard]] Texts bare_conclusion(const Target& target);
[[nodiscard]] Texts shuffled_reasoning(const Target& target);
[[nodiscard]] Texts reordered_sentences(const Target& target);
[[nodiscard]] Texts shuffled_words(const Target& target);
[[nodiscard]] Texts negated_reasoning(const Target& target);
[[nodiscard]] Texts both_findings(const Target& target);
[[nodiscard]] Texts fake_citations(const Target& target);
[[nodiscard]] Texts repeated_answer(const Target& target);

/// The honest answer with its reasoning, or its conclusion, replaced by one text; "" where it has none.
[[nodiscard]] std::string with_reasoning(const ProbeCase& one, const std::string& reasoning);
[[nodiscard]] std::string with_conclusion(const ProbeCase& one, const std::string& conclusion);
/// All messages of the question.
[[nodiscard]] std::string prompt_of(const ProbeCase& one);
/// Labels other than the right one: the rubric's, or else what other questions' golds are.
[[nodiscard]] Texts wrong_labels(const Target& target);

inline constexpr std::size_t kVeryLongBytes = 200'000;

}  // namespace hone::rewards::probe
