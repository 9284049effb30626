#include "datasets/formula.h"

#include <algorithm>

namespace hone::datasets {
namespace {

using Kind = Formula::Kind;
enum class Order { kAsGiven, kSorted };

Finding at_least(const Formula& formula, std::span<const Finding> findings) {
  std::size_t met = 0;
  std::size_t open = 0;
  for (const Formula& part : formula.parts) {
    const Finding finding = evaluate(part, findings);
    met += finding == Finding::kMet ? 1 : 0;
    open += finding == Finding::kUndetermined ? 1 : 0;
  }
  if (met >= formula.number) return Finding::kMet;
  return met + open >= formula.number ? Finding::kUndetermined : Finding::kNotMet;
}

std::string joined(const std::vector<std::string>& texts, const std::string& between) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

std::string write(const Formula& formula, std::span<const std::string> elements, Order order) {
  if (formula.kind == Kind::kElement) return elements[formula.number];
  std::vector<std::string> parts;
  for (const Formula& part : formula.parts) {
    const bool needs_parentheses = part.kind == Kind::kAnd || part.kind == Kind::kOr;
    const std::string text = write(part, elements, order);
    parts.push_back(needs_parentheses ? "(" + text + ")" : text);
  }
  if (order == Order::kSorted) std::sort(parts.begin(), parts.end());
  switch (formula.kind) {
    case Kind::kNot:
      return "not " + parts.front();
    case Kind::kAnd:
      return joined(parts, " and ");
    case Kind::kOr:
      return joined(parts, " or ");
    default:
      return "at_least(" + std::to_string(formula.number) + ", " + joined(parts, ", ") + ")";
  }
}

}  // namespace

Finding evaluate(const Formula& formula, std::span<const Finding> findings) {
  const auto of_part = [&](const Formula& part) { return evaluate(part, findings); };
  switch (formula.kind) {
    case Kind::kElement:
      return findings[formula.number];
    case Kind::kNot:
      return negated(of_part(formula.parts.front()));
    case Kind::kAnd: {
      Finding least = Finding::kMet;
      for (const Formula& part : formula.parts) least = std::min(least, of_part(part));
      return least;
    }
    case Kind::kOr: {
      Finding greatest = Finding::kNotMet;
      for (const Formula& part : formula.parts) greatest = std::max(greatest, of_part(part));
      return greatest;
    }
    case Kind::kAtLeast:
      return at_least(formula, findings);
  }
  return Finding::kUndetermined;
}

std::string to_text(const Formula& formula, std::span<const std::string> elements) {
  return write(formula, elements, Order::kAsGiven);
}

std::string canonical_text(const Formula& formula, std::span<const std::string> elements) {
  return write(formula, elements, Order::kSorted);
}

}  // namespace hone::datasets
