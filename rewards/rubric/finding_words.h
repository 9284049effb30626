#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "rewards/rubric/formula.h"

namespace hone::rewards::rubric {

/// How a word for a finding has to stand to be one.
enum class Manner : std::uint8_t {
  kPlain,    // anywhere behind its element: "consent is established"
  kCopula,   // behind is, was, a colon, or first in its sentence: "is met", "Seal: met", not "Ann met Bob"
  kVerdict,  // by itself between marks: "Notice: no."
  kNear,     // right behind its element: "consent fails", "notice holds"
  kActive,   // before its element: "this satisfies the notice requirement"
  kEnd,      // at the end of its clause: "consent, however, is not."
};

struct FindingWord {
  std::string_view phrase;
  Finding finding = Finding::kMet;
  Manner manner = Manner::kPlain;
};

/// What hone knows; a rubric's `findings` add to it.
[[nodiscard]] std::span<const FindingWord> finding_words();

}  // namespace hone::rewards::rubric
