#include <algorithm>
#include <cmath>

#include "core/config_types.h"
#include "rewards/rubric/checks.h"

namespace hone::rewards::rubric {
namespace {

std::string shown(Finding finding) {
  const std::string name = core::enum_name(finding);
  return finding == Finding::kNotMet ? "not met" : name;
}

/// A label that is the whole section needs no phrase around it: "<conclusion>hearsay</conclusion>".
std::optional<std::size_t> bare_label(const std::vector<std::uint64_t>& words, const Labels& labels) {
  if (words.size() > 8) return std::nullopt;
  for (std::size_t i = 0; i < labels.names.size(); ++i) {
    if (words_of(labels.names[i]) == words) return i;
  }
  return std::nullopt;
}

Conclusion concluded(std::size_t choice, std::size_t section, const Looked& looked) {
  const Labels& labels = looked.prepared.rubric->choices[choice].labels;
  const Tokens scope = looked.text.scope(section);
  if (section != kNowhere && scope.last - scope.first <= 10) {
    if (const auto label = bare_label(looked.text.words(scope), labels)) {
      return {.label = label, .stated = {{*label, scope}}, .fault = ""};
    }
  }
  return looked.text.conclusion(choice, section);
}

/// What a formula makes of findings, where those that are not stated may be either; none where it depends on them.
std::optional<Finding> implied(const Formula& formula, const Findings& findings) {
  constexpr std::size_t kMostOpen = 10;  // 1,024 ways
  std::vector<Finding> values;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < findings.of.size(); ++i) {
    values.push_back(findings.of[i].value_or(Finding::kUndetermined));
    if (!findings.of[i] && formula.uses()[i]) open.push_back(i);
  }
  if (open.size() > kMostOpen) return std::nullopt;
  std::optional<Finding> all;
  for (std::size_t way = 0; way < std::size_t{1} << open.size(); ++way) {
    for (std::size_t i = 0; i < open.size(); ++i) {
      values[open[i]] = (way >> i & 1U) != 0 ? Finding::kMet : Finding::kNotMet;
    }
    const Finding value = formula.evaluate(values);
    if (all && *all != value) return std::nullopt;
    all = value;
  }
  return all;
}

}  // namespace

Outcome check_conclusion(const Item& item, const Looked& looked) {
  const Choice& choice = looked.prepared.rubric->choices[item.choice];
  const Conclusion conclusion = concluded(item.choice, item.section, looked);
  Outcome outcome = holds();
  if (!conclusion.label) {
    outcome = fails(conclusion.fault);
  } else if (conclusion.label != choice.gold) {
    outcome = fails("it concludes \"" + choice.labels.names[*conclusion.label] + "\" rather than \"" +
                    choice.labels.names[*choice.gold] + "\"");
  }
  for (const StatedLabel& stated : conclusion.stated) {
    outcome.evidence.push_back({looked.text.range_of(stated.at), outcome.score > 0});
  }
  return outcome;
}

Outcome check_elements(const Item& item, const Looked& looked) {
  const Elements& elements = looked.prepared.rubric->elements[item.elements];
  const Findings& findings = looked.text.findings(item.elements, item.section);
  double asked = 0;
  double right = 0;
  double stated = 0;
  std::string wrong;
  const auto note = [&](std::size_t i, const std::string& what) {
    wrong += (wrong.empty() ? "" : "; ") + elements.names[i] + " " + what;
  };
  Outcome outcome;
  for (std::size_t i = 0; i < elements.gold.size(); ++i) {
    if (!elements.gold[i]) continue;
    asked += 1;
    stated += findings.of[i] || findings.is_contradicted[i] ? 1 : 0;
    if (findings.is_contradicted[i]) {
      note(i, "is found both ways");
    } else if (!findings.of[i] && item.written.among == Among::kStated) {
      continue;
    } else if (!findings.of[i]) {
      note(i, "is not found");
    } else if (findings.of[i] != elements.gold[i]) {
      note(i, "is found " + shown(*findings.of[i]) + " rather than " + shown(*elements.gold[i]));
    } else {
      right += 1;
    }
  }
  for (const StatedFinding& one : findings.stated) {
    if (!elements.gold[one.element]) continue;
    const bool is_good = findings.of[one.element] == elements.gold[one.element];
    outcome.evidence.push_back({looked.text.range_of(one.at), is_good});
  }
  if (item.written.among == Among::kStated) asked = stated;
  outcome.score = asked > 0 ? right / asked : item.written.weight < 0 ? 1.0 : 0.0;
  if (!item.written.partial && right < asked) outcome.score = 0.0;
  outcome.reason = wrong;
  return outcome;
}

Outcome check_consistency(const Item& item, const Looked& looked) {
  const Rubric& rubric = *looked.prepared.rubric;
  for (const std::size_t section : {item.findings_section, item.conclusion_section}) {
    if (!looked.text.is_there(section)) {
      return fails("section " + rubric.written.sections.names[section] + " " +
                   looked.text.sections().of[section].fault);
    }
  }
  const Findings& findings = looked.text.findings(0, item.findings_section);
  const double needed = std::ceil(item.written.min_stated * static_cast<double>(findings.of.size()));
  if (findings.count() == 0) return fails("no element is found, so nothing follows");
  if (static_cast<double>(findings.count()) < needed) return fails("too few elements are found for anything to follow");
  const Conclusion conclusion = concluded(0, item.conclusion_section, looked);
  if (!conclusion.label) return fails(conclusion.fault);
  const auto value = implied(rubric.formula, findings);
  if (!value) return fails("nothing follows from what is found, as elements are left out or contradicted");
  const auto follows = *value == Finding::kMet      ? rubric.when_true
                       : *value == Finding::kNotMet ? rubric.when_false
                                                    : rubric.when_unknown;
  Outcome outcome = holds();
  if (!follows) {
    outcome = fails("nothing follows from what is found");
  } else if (*follows != *conclusion.label) {
    const auto& names = rubric.choices.front().labels.names;
    outcome = fails("\"" + names[*follows] + "\" follows from what is found, but \"" + names[*conclusion.label] +
                    "\" is concluded");
  }
  if (outcome.score < 1) {
    for (const StatedLabel& stated : conclusion.stated)
      outcome.evidence.push_back({looked.text.range_of(stated.at), false});
  }
  return outcome;
}

Outcome check_contradiction(const Item& item, const Looked& looked) {
  const Rubric& rubric = *looked.prepared.rubric;
  std::string what;
  Outcome outcome = holds();
  if (!rubric.elements.empty()) {
    const Findings& findings = looked.text.findings(0, item.section);
    for (const StatedFinding& stated : findings.stated) {
      if (!findings.is_contradicted[stated.element]) continue;
      const std::string& name = rubric.elements.front().names[stated.element];
      if (what.find(name) == std::string::npos) what += (what.empty() ? "" : ", ") + name;
      outcome.evidence.push_back({looked.text.range_of(stated.at), false});
    }
  }
  if (what.empty()) return holds();
  outcome.score = 0.0;
  outcome.reason = what + (what.find(',') == std::string::npos ? " is" : " are") + " found both ways";
  return outcome;
}

}  // namespace hone::rewards::rubric
