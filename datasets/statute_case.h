#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "core/random.h"
#include "datasets/formula.h"

namespace hone::datasets {

struct StatuteOptions {
  int elements_min = 3;
  int elements_max = 4;
  int distractors_max = 2;
  double undetermined = 0.0;
  double shortcut = 0.9;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("elements_min", elements_min, "Fewest elements of a statute, exceptions included.", core::in_range(3, 6));
    visit("elements_max", elements_max, "Most elements of a statute.", core::in_range(3, 6));
    visit("distractors_max", distractors_max, "Most facts that no element asks for.", core::in_range(0, 4));
    visit("undetermined", undetermined,
          "Share of claims that the facts leave open; granted and denied share the rest equally.",
          core::in_range(0, 1));
    visit("shortcut", shortcut,
          "Share of claims that are decided as their first element alone would have it, where the statute allows both.",
          core::in_range(0, 1));
  }
};

/// What a statute asks for, and what is found of it.
struct StatuteCase {
  std::vector<std::string> elements;  // in the order in which the law names them, the exceptions last
  std::size_t exceptions = 0;
  Formula core;                   // over the elements that are no exceptions
  std::vector<Finding> findings;  // one for each element

  /// A claim is granted when this is met: the core, and none of the exceptions.
  [[nodiscard]] Formula condition() const;
  /// The finding of an element that speaks for a verdict; an exception's speaks against it.
  [[nodiscard]] Finding fitting(std::size_t element, Finding verdict) const;
};

/// What became of a claim: "granted", "denied", "undetermined".
[[nodiscard]] std::string verdict_text(Finding verdict);

/// A place and a finding that would turn the verdict, the last such place; elements.size() when there is none.
struct Turn {
  std::size_t element = 0;
  Finding finding = Finding::kNotMet;
};
[[nodiscard]] Turn last_turn(const Formula& condition, std::vector<Finding> findings);

/// Granted and denied are equally likely. One finding at least speaks against the verdict, and one at least would turn
/// it, so that neither going by the look of the facts nor leaving one out is safe.
[[nodiscard]] StatuteCase draw_statute_case(const StatuteOptions& options, core::RandomStream& stream);

/// Things that facts may mention and no law asks for.
[[nodiscard]] std::vector<std::string> draw_distractors(const StatuteCase& statute, int most,
                                                        core::RandomStream& stream);

}  // namespace hone::datasets
