#include "datasets/statute_case.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hone::datasets {
namespace {

using Kind = Formula::Kind;

// Short words, so that a small vocabulary has each as one piece.
constexpr std::array<std::string_view, 16> kRequirements = {
    "seal", "notice", "consent", "deed",   "payment", "witness", "oath",  "duty",
    "harm", "permit", "title",   "pledge", "lease",   "survey",  "stamp", "tender"};
constexpr std::array<std::string_view, 8> kExceptions = {"fraud",  "delay", "duress", "waiver",
                                                         "malice", "error", "theft",  "bribe"};
constexpr std::array<std::string_view, 8> kThings = {"boat", "horse", "lamp", "barn", "clock", "goat", "cart", "ring"};

/// How `count` elements fall into groups that stand side by side: at least two groups, one of them of more than one.
std::vector<std::size_t> draw_groups(std::size_t count, core::RandomStream& stream) {
  std::vector<std::size_t> sizes(static_cast<std::size_t>(stream.integer(2, static_cast<std::int64_t>(count) - 1)), 1);
  for (std::size_t left = count - sizes.size(); left > 0; --left) {
    ++sizes[static_cast<std::size_t>(stream.integer(0, static_cast<std::int64_t>(sizes.size()) - 1))];
  }
  return sizes;
}

Formula draw_group(std::size_t first, std::size_t size, Kind kind, core::RandomStream& stream) {
  if (size == 1) return {Kind::kElement, first};
  Formula group{kind, 0};
  for (std::size_t i = 0; i < size; ++i) group.parts.push_back({Kind::kElement, first + i});
  if (size > 2 && stream.chance(0.5)) {
    group.kind = Kind::kAtLeast;
    group.number = static_cast<std::size_t>(stream.integer(2, static_cast<std::int64_t>(size) - 1));
  }
  return group;
}

/// Never a bare chain of "and": its claims are granted only when every finding speaks for it.
Formula draw_core(std::size_t count, core::RandomStream& stream) {
  if (count == 2) return draw_group(0, 2, Kind::kOr, stream);
  const auto shape = stream.integer(0, 3);
  if (shape == 0) {
    Formula core{Kind::kAtLeast, static_cast<std::size_t>(stream.integer(2, static_cast<std::int64_t>(count) - 1))};
    for (std::size_t i = 0; i < count; ++i) core.parts.push_back({Kind::kElement, i});
    return core;
  }
  const bool all = shape != 1;  // "and" of groups of "or", twice as often as the other way round
  Formula core{all ? Kind::kAnd : Kind::kOr, 0};
  std::size_t first = 0;
  for (const std::size_t size : draw_groups(count, stream)) {
    core.parts.push_back(draw_group(first, size, all ? Kind::kOr : Kind::kAnd, stream));
    first += size;
  }
  return core;
}

std::size_t draw_exceptions(std::size_t elements, core::RandomStream& stream) {
  return static_cast<std::size_t>(stream.integer(0, elements >= 5 ? 2 : 1));
}

/// Every way to find the elements, met before not met.
std::vector<std::vector<Finding>> all_findings(std::size_t elements, const std::vector<Finding>& values) {
  std::vector<std::vector<Finding>> all = {{}};
  for (std::size_t i = 0; i < elements; ++i) {
    std::vector<std::vector<Finding>> longer;
    for (const auto& findings : all) {
      for (const Finding value : values) {
        longer.push_back(findings);
        longer.back().push_back(value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

bool has_contrary(const StatuteCase& statute, const std::vector<Finding>& findings, Finding verdict) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (findings[i] != statute.fitting(i, verdict)) return true;
  }
  return false;
}

std::vector<Finding> draw_findings(const StatuteCase& statute, const StatuteOptions& options,
                                   core::RandomStream& stream) {
  const Finding verdict = stream.chance(options.undetermined) ? Finding::kUndetermined
                          : stream.chance(0.5)                ? Finding::kMet
                                                              : Finding::kNotMet;
  const bool first_decides = stream.chance(options.shortcut);
  std::vector<Finding> values = {Finding::kMet, Finding::kNotMet};
  if (options.undetermined > 0) values.push_back(Finding::kUndetermined);
  const Formula condition = statute.condition();
  std::vector<std::vector<Finding>> wanted;
  std::vector<std::vector<Finding>> other;
  for (auto& findings : all_findings(statute.elements.size(), values)) {
    if (evaluate(condition, findings) != verdict || !has_contrary(statute, findings, verdict)) continue;
    if (last_turn(condition, findings).element == findings.size()) continue;
    ((findings[0] == verdict) == first_decides ? wanted : other).push_back(std::move(findings));
  }
  if (wanted.empty() && other.empty()) throw std::logic_error("statute: a formula has no findings for a verdict");
  return stream.pick(wanted.empty() ? other : wanted);
}

}  // namespace

Formula StatuteCase::condition() const {
  if (exceptions == 0) return core;
  Formula all{Kind::kAnd, 0};
  if (core.kind == Kind::kAnd) {
    all.parts = core.parts;
  } else {
    all.parts = {core};
  }
  for (std::size_t i = elements.size() - exceptions; i < elements.size(); ++i) {
    all.parts.push_back({Kind::kNot, 0, {{Kind::kElement, i}}});
  }
  return all;
}

Finding StatuteCase::fitting(std::size_t element, Finding verdict) const {
  return element < elements.size() - exceptions ? verdict : negated(verdict);
}

std::string verdict_text(Finding verdict) {
  switch (verdict) {
    case Finding::kMet:
      return "granted";
    case Finding::kNotMet:
      return "denied";
    case Finding::kUndetermined:
      return "undetermined";
  }
  return "";
}

Turn last_turn(const Formula& condition, std::vector<Finding> findings) {
  const Finding verdict = evaluate(condition, findings);
  for (std::size_t i = findings.size(); i-- > 0;) {
    const Finding truth = findings[i];
    for (const Finding finding : {Finding::kMet, Finding::kNotMet}) {
      findings[i] = finding;
      if (evaluate(condition, findings) != verdict) return {i, finding};
    }
    findings[i] = truth;
  }
  return {findings.size(), Finding::kUndetermined};
}

StatuteCase draw_statute_case(const StatuteOptions& options, core::RandomStream& stream) {
  auto requirements = kRequirements;
  auto exceptions = kExceptions;
  stream.shuffle(requirements);
  stream.shuffle(exceptions);
  const auto count = static_cast<std::size_t>(stream.integer(options.elements_min, options.elements_max));
  StatuteCase statute;
  statute.exceptions = draw_exceptions(count, stream);
  const std::size_t required = count - statute.exceptions;
  for (std::size_t i = 0; i < required; ++i) statute.elements.emplace_back(requirements[i]);
  for (std::size_t i = 0; i < statute.exceptions; ++i) statute.elements.emplace_back(exceptions[i]);
  statute.core = draw_core(required, stream);
  statute.findings = draw_findings(statute, options, stream);
  return statute;
}

std::vector<std::string> draw_distractors(const StatuteCase& statute, int most, core::RandomStream& stream) {
  std::vector<std::string> distractors;
  const auto count = static_cast<std::size_t>(stream.integer(0, most));
  while (distractors.size() < count) {
    // Half of them are what another law could have asked for.
    const std::string drawn(stream.chance(0.5) ? stream.pick(kRequirements) : stream.pick(kThings));
    const auto holds = [&drawn](const std::vector<std::string>& words) {
      return std::find(words.begin(), words.end(), drawn) != words.end();
    };
    if (!holds(statute.elements) && !holds(distractors)) distractors.push_back(drawn);
  }
  return distractors;
}

}  // namespace hone::datasets
