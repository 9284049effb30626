#pragma once

#include <string>
#include <vector>

#include "core/random.h"
#include "datasets/statute_case.h"

namespace hone::datasets {

/// A thing that the facts mention, and whether it was there.
struct StatedFact {
  std::string thing;
  bool is_there = true;
};

/// How a case is told: everything that does not change what it is.
struct StatuteWording {
  enum class Facts {
    kShows,
    kList,
    kSentences
  };  // "Ann shows seal, no oath." "Facts: seal, no oath." "In Ann's case …"
  enum class Law {
    kGrantedIf,
    kUnder,
    kNeeds
  };  // "Wug Act: a claim is granted if …", "Under the Wug Act …", "… needs …"
  enum class Exception { kUnless, kExcept, kAndNo };  // ", unless fraud", ", except with fraud", " and no fraud"
  Facts facts = Facts::kShows;
  Law law = Law::kGrantedIf;
  Exception exception = Exception::kUnless;
  bool either = false;  // "either seal or oath" in place of "(seal or oath)"
  std::string act;
  std::string claimant;
  std::vector<StatedFact> stated;  // in the order of telling; what is not known is left out
};

[[nodiscard]] StatuteWording draw_wording(const StatuteCase& statute, int distractors_max, core::RandomStream& stream);

/// The facts, the law and the question. Facts come first: what a law's word stands for is then known where it is read.
[[nodiscard]] std::string tell(const StatuteCase& statute, const StatuteWording& wording);

}  // namespace hone::datasets
