#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config_types.h"

namespace hone::rewards::rubric {

/// What is found of an element.
enum class Finding : std::uint8_t { kMet, kNotMet, kUndetermined };

/// "statement and (notice or not waiver)", "at_least(2, a, b, c)": a rule over elements, in Kleene's logic of three
/// values: met is true, not met false, undetermined unknown.
class Formula {
 public:
  Formula() = default;
  /// `names`: the elements. Throws ConfigError beginning with `where` for what cannot be read, names the nearest
  /// element for one that is not known, and refuses nesting deeper than 64.
  Formula(std::string_view text, const std::vector<std::string>& names, const std::string& where);

  /// `findings`: one an element.
  [[nodiscard]] Finding evaluate(const std::vector<Finding>& findings) const;
  /// Which elements it names; one entry an element.
  [[nodiscard]] const std::vector<bool>& uses() const { return uses_; }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }

 private:
  friend class FormulaReader;
  enum class Operation : std::uint8_t { kElement, kNot, kAtLeast };  // "and" is all of, "or" one of
  struct Node {
    Operation operation = Operation::kElement;
    std::size_t element = 0;
    std::size_t least = 0;
    std::vector<std::size_t> children;  // nodes before this one
  };
  std::vector<Node> nodes_;  // children first; the last one is the whole
  std::vector<bool> uses_;
};

}  // namespace hone::rewards::rubric

template <>
struct hone::core::EnumNames<hone::rewards::rubric::Finding> {
  using Enum = hone::rewards::rubric::Finding;
  static constexpr std::pair<Enum, const char*> values[] = {
      {Enum::kMet, "met"}, {Enum::kNotMet, "not_met"}, {Enum::kUndetermined, "undetermined"}};
};
