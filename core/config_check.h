#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hone::core {

/// What a config value must satisfy. Bounds hold for a number, for the value in an optional and for each element of a
/// vector or map; `not_empty` for strings, vectors and maps. Defaults are checked too, so a key whose default fails its
/// check is one that the user must give.
struct Check {
  std::optional<double> minimum;
  std::optional<double> exclusive_minimum;
  std::optional<double> maximum;
  std::optional<double> exclusive_maximum;
  std::vector<std::string> allowed;
  bool needs_content = false;

  [[nodiscard]] bool accepts(double value) const;
  [[nodiscard]] bool accepts(const std::string& value) const;
  /// "more than 0 and at most 1": what follows "needs" in a message.
  [[nodiscard]] std::string needs() const;
};

[[nodiscard]] Check at_least(double minimum);
[[nodiscard]] Check greater_than(double minimum);
[[nodiscard]] Check at_most(double maximum);
[[nodiscard]] Check less_than(double maximum);
/// Both ends included.
[[nodiscard]] Check in_range(double minimum, double maximum);
[[nodiscard]] Check not_empty();
/// For strings that name something registered elsewhere; a closed set is better an enum.
[[nodiscard]] Check one_of(std::vector<std::string> allowed);
/// Both must hold: greater_than(0) && at_most(1).
[[nodiscard]] Check operator&&(Check left, const Check& right);

}  // namespace hone::core
