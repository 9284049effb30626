#include "datasets/statute.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "datasets/statute_rubric.h"

namespace hone::datasets {
namespace {

std::string finding_text(Finding finding) {
  switch (finding) {
    case Finding::kMet:
      return "met";
    case Finding::kNotMet:
      return "not met";
    case Finding::kUndetermined:
      return "unknown";
  }
  return "";
}

std::string line(const std::string& element, Finding finding) {
  return element + ": " + finding_text(finding);
}

}  // namespace

StatuteProblem::StatuteProblem(StatuteCase facts, StatuteWording wording)
    : case_(std::move(facts)),
      wording_(std::move(wording)),
      condition_(case_.condition()),
      verdict_(evaluate(condition_, case_.findings)) {}

std::string StatuteProblem::content() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < case_.elements.size(); ++i) lines.push_back(line(case_.elements[i], case_.findings[i]));
  std::sort(lines.begin(), lines.end());
  std::string content = canonical_text(condition_, case_.elements);
  for (const auto& one : lines) content += ";" + one;
  return content;
}

std::string StatuteProblem::text() const {
  return tell(case_, wording_);
}

Work StatuteProblem::careful() const {
  Work work;
  for (std::size_t i = 0; i < case_.elements.size(); ++i) {
    work.steps.push_back(line(case_.elements[i], case_.findings[i]));
  }
  work.answer = verdict_text(verdict_);
  return work;
}

Work StatuteProblem::hasty() const {
  const Finding verdict = case_.findings[0];
  Work work;
  for (std::size_t i = 0; i < case_.elements.size(); ++i) {
    work.steps.push_back(line(case_.elements[i], case_.fitting(i, verdict)));
  }
  work.answer = verdict_text(verdict);
  return work;
}

Work StatuteProblem::slipped() const {
  const Turn turn = last_turn(condition_, case_.findings);
  auto findings = case_.findings;
  findings[turn.element] = turn.finding;
  Work work = careful();
  work.steps[turn.element] = line(case_.elements[turn.element], turn.finding);
  work.answer = verdict_text(evaluate(condition_, findings));
  return work;
}

Work StatuteProblem::stopped_early() const {
  const bool is_open = verdict_ == Finding::kUndetermined;
  const Finding decided = case_.findings[0] == Finding::kMet ? Finding::kMet : Finding::kNotMet;
  return {{line(case_.elements[0], case_.findings[0])}, verdict_text(is_open ? decided : Finding::kUndetermined)};
}

std::string StatuteProblem::wrong_box() const {
  return verdict_text(verdict_ == Finding::kMet ? Finding::kNotMet : Finding::kMet);
}

Layout StatuteProblem::layout() const {
  return {"<application>", "</application>", "<conclusion>", "</conclusion>"};
}

nlohmann::json StatuteProblem::reference() const {
  return {{"rubric", statute_rubric(case_)}};
}

StatuteDomain::StatuteDomain(const StatuteOptions& options, const std::string& where) : options_(options) {
  if (options.elements_min > options.elements_max) {
    throw core::ConfigError(where + ": elements_min is " + std::to_string(options.elements_min) +
                            ", needs at most elements_max, which is " + std::to_string(options.elements_max));
  }
}

std::unique_ptr<Problem> StatuteDomain::draw(core::RandomStream& stream) const {
  auto statute = draw_statute_case(options_, stream);
  auto wording = draw_wording(statute, options_.distractors_max, stream);
  return std::make_unique<StatuteProblem>(std::move(statute), std::move(wording));
}

}  // namespace hone::datasets
