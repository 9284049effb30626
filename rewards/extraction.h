#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/config_types.h"

namespace hone::rewards {

/// kPair: the strict ladder, or a text that is nothing but an answer: where an answer comes without its question, to be
/// compared with a gold.
enum class ExtractionMode { kStrict, kFlexible, kPair };

/// Which step of the ladder the answer was read from.
enum class Rung {
  kNone,
  kBox,          // strict: \boxed{…} or \fbox{…} after the reasoning
  kAnswerLine,   // strict: a line that begins with "Answer:" or "Final answer:", after the reasoning
  kTag,          // strict: <answer>…</answer> after the reasoning
  kWhole,        // a text that is nothing but an answer
  kBoxAnywhere,  // flexible: the last box with something in it, in the reasoning too
  kTagAnywhere,  // flexible: the last <answer>…</answer> with something in it
  kAnswerIs,     // flexible: "answer is X", "answer: X"
  kHashes,       // flexible: "#### X"
  kBold,         // flexible: the last **X** that is a formula
  kFormula,      // flexible: the last $X$, with no number after it
  kLastNumber,   // flexible
};

[[nodiscard]] std::string_view rung_name(Rung rung);

struct Extraction {
  std::string text;  // the answer as written, trimmed; empty when none was found
  Rung rung = Rung::kNone;
  std::string problem;       // why there is none, one clause; empty when there is one
  bool has_no_mark = false;  // the problem is that nothing marks an answer, not that the marks are wrong
};

/// Reads the answer out of what the policy wrote. docs/exact_math.md documents both ladders.
/// kStrict, for training, takes only what was plainly given as the one answer after the reasoning; what is ambiguous,
/// empty or cut off is a problem, so that guessing twice earns nothing. kFlexible, for evaluation, tries that first and
/// then goes on, from a text that is nothing but an answer down to the last number. Linear in the text.
[[nodiscard]] Extraction extract_answer(std::string_view text, ExtractionMode mode);

/// What follows the last </think>. Text without tags is an answer as a whole, and a lone </think> closes a <think> that
/// stood in the prompt. False when a <think> is left open: then there is no answer.
[[nodiscard]] bool after_reasoning(std::string_view text, std::string_view& answer);

}  // namespace hone::rewards

template <>
struct hone::core::EnumNames<hone::rewards::ExtractionMode> {
  static constexpr std::pair<hone::rewards::ExtractionMode, const char*> values[] = {
      {hone::rewards::ExtractionMode::kStrict, "strict"}, {hone::rewards::ExtractionMode::kFlexible, "flexible"}};
};
