#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/config_check.h"
#include "datasets/domain.h"

namespace hone::datasets {

/// How a worked solution goes about its exercise. Only kCareful is right; the others end in a wrong answer or in none,
/// but for kHasty in a domain whose shortcut mostly leads to the right answer (statute).
enum class Habit { kCareful, kHasty, kSlip, kStoppedEarly, kWrongBox, kUnfinished };
inline constexpr std::size_t kHabits = 6;

[[nodiscard]] std::string_view habit_name(Habit habit);

/// The shares of the habits among worked solutions, in proportion to the weights. A habit shows in the first word of
/// the reasoning, so a model learns each of them as a choice made there. With one wrong habit likelier than the careful
/// one, a model trained on such documents errs when decoded greedily as well as when sampled, yet has learnt the right
/// way.
struct SolutionMix {
  double careful = 0.33;
  double hasty = 0.40;
  double slip = 0.10;
  double stopped_early = 0.10;
  double wrong_box = 0.05;
  double unfinished = 0.02;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("careful", careful, "Weight of right solutions.", core::at_least(0));
    visit("hasty", hasty,
          "Weight of the domain's shortcut: operations from left to right, the first two numbers only, no chaining, "
          "findings that fit the first one.",
          core::at_least(0));
    visit("slip", slip, "Weight of one systematic slip: a carry or sign dropped, a wrong operation, a negation missed.",
          core::at_least(0));
    visit("stopped_early", stopped_early, "Weight of giving an intermediate result.", core::at_least(0));
    visit("wrong_box", wrong_box, "Weight of right reasoning with something else in the box.", core::at_least(0));
    visit("unfinished", unfinished, "Weight of solutions without a (closed) box.", core::at_least(0));
  }

  /// In the order of Habit.
  [[nodiscard]] std::array<double, kHabits> weights() const {
    return {careful, hasty, slip, stopped_early, wrong_box, unfinished};
  }
};

/// "<think>reasoning</think>\boxed{answer}", or in the problem's own layout, in the manner of a habit; the stream
/// decides how an unfinished one ends.
[[nodiscard]] std::string write_solution(const Problem& problem, Habit habit, core::RandomStream& stream);

/// The same in the manner of kCareful: right in every step.
[[nodiscard]] std::string careful_solution(const Problem& problem);

/// A question with one worked solution, right or wrong.
struct Document {
  Question question;
  std::string completion;
  bool correct = false;  // worked carefully, so right in every step
  std::string habit;
};

/// The document at a position of the split kPretrain: a function of the arguments only.
/// Throws ConfigError, beginning with the domain's name, unless a weight of the mix is positive.
[[nodiscard]] Document make_document(const Domain& domain, const SolutionMix& mix, std::uint64_t seed,
                                     std::uint64_t index);

}  // namespace hone::datasets
