#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace hone::datasets {

/// What is found of an element, or of a claim. The order is Kleene's: "and" is the least, "or" the greatest.
enum class Finding { kNotMet, kUndetermined, kMet };

[[nodiscard]] constexpr Finding negated(Finding finding) {
  return static_cast<Finding>(2 - static_cast<int>(finding));
}

/// A condition over numbered elements.
struct Formula {
  enum class Kind { kElement, kNot, kAnd, kOr, kAtLeast };
  Kind kind = Kind::kElement;
  std::size_t number = 0;           // kElement: which; kAtLeast: how many of the parts
  std::vector<Formula> parts = {};  // kNot has one
};

/// Three-valued (Kleene): undetermined where the open elements could turn it either way, taken one by one.
[[nodiscard]] Finding evaluate(const Formula& formula, std::span<const Finding> findings);

/// As rubrics write it: "seal and (notice or consent) and not fraud", "at_least(2, seal, notice, consent)".
[[nodiscard]] std::string to_text(const Formula& formula, std::span<const std::string> elements);

/// The same text for formulas that differ only in the order of their parts.
[[nodiscard]] std::string canonical_text(const Formula& formula, std::span<const std::string> elements);

}  // namespace hone::datasets
