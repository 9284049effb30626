#include "core/config_check.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/config_text.h"

namespace hone::core {

bool Check::accepts(double value) const {
  // Written so that NaN satisfies no bound.
  return (!minimum || value >= *minimum) && (!exclusive_minimum || value > *exclusive_minimum) &&
         (!maximum || value <= *maximum) && (!exclusive_maximum || value < *exclusive_maximum);
}

bool Check::accepts(const std::string& value) const {
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

std::string Check::needs() const {
  std::vector<std::string> parts;
  if (needs_content) {
    parts.emplace_back("a value");
  }
  if (!allowed.empty()) {
    parts.push_back(text::one_of(allowed));
  }
  if (minimum) {
    parts.push_back("at least " + text::number(*minimum));
  }
  if (exclusive_minimum) {
    parts.push_back("more than " + text::number(*exclusive_minimum));
  }
  if (maximum) {
    parts.push_back("at most " + text::number(*maximum));
  }
  if (exclusive_maximum) {
    parts.push_back("less than " + text::number(*exclusive_maximum));
  }
  std::string all;
  for (const std::string& part : parts) {
    all += (all.empty() ? "" : " and ") + part;
  }
  return all;
}

Check at_least(double minimum) {
  Check check;
  check.minimum = minimum;
  return check;
}

Check greater_than(double minimum) {
  Check check;
  check.exclusive_minimum = minimum;
  return check;
}

Check at_most(double maximum) {
  Check check;
  check.maximum = maximum;
  return check;
}

Check less_than(double maximum) {
  Check check;
  check.exclusive_maximum = maximum;
  return check;
}

Check in_range(double minimum, double maximum) {
  return at_least(minimum) && at_most(maximum);
}

Check not_empty() {
  Check check;
  check.needs_content = true;
  return check;
}

Check one_of(std::vector<std::string> allowed) {
  Check check;
  check.allowed = std::move(allowed);
  return check;
}

Check operator&&(Check left, const Check& right) {
  const auto tighten = [](std::optional<double>& bound, const std::optional<double>& other, const auto& tighter) {
    if (other && (!bound || tighter(*other, *bound))) {
      bound = other;
    }
  };
  tighten(left.minimum, right.minimum, std::greater<>());
  tighten(left.exclusive_minimum, right.exclusive_minimum, std::greater<>());
  tighten(left.maximum, right.maximum, std::less<>());
  tighten(left.exclusive_maximum, right.exclusive_maximum, std::less<>());
  if (!right.allowed.empty()) {
    left.allowed = right.allowed;
  }
  left.needs_content = left.needs_content || right.needs_content;
  return left;
}

}  // namespace hone::core
