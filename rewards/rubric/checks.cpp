#include "rewards/rubric/checks.h"

#include <algorithm>
#include <utility>

#include "rewards/extraction.h"
#include "rewards/math/compare.h"

namespace hone::rewards::rubric {
namespace {

std::string_view section_text(const Item& item, const Looked& looked) {
  const Range range = looked.text.range(item.section);
  return looked.text.text().substr(range.begin, range.end - range.begin);
}

/// Does a sentence that holds the bytes have one of the item's `near` phrases?
bool is_near(const Item& item, const Looked& looked, Range at) {
  if (item.group == kNowhere) return true;
  const auto& tokens = looked.text.tokens();
  const Tokens scope = looked.text.scope(item.section);
  const auto first = std::lower_bound(tokens.begin(), tokens.end(), at.begin,
                                      [](const Token& token, std::size_t byte) { return token.end <= byte; });
  const auto place = static_cast<std::size_t>(first - tokens.begin());
  if (place < scope.first || place >= scope.last) return false;
  const Tokens sentence = sentence_around(tokens, scope, place);
  const Matches& matches = looked.text.matches(item.group);
  return std::any_of(matches.begin(), matches.end(),
                     [&](const Match& match) { return match.first >= sentence.first && match.last <= sentence.last; });
}

std::vector<FoundValue> values_in(const Item& item, std::string_view text) {
  switch (item.written.check) {
    case Check::kMoney:
      return find_money(text);
    case Check::kDate:
      return find_dates(text, item.written.order);
    default:
      return find_numbers(text);
  }
}

}  // namespace

Outcome holds() {
  Outcome outcome;
  outcome.score = 1.0;
  return outcome;
}

Outcome fails(std::string reason) {
  Outcome outcome;
  outcome.reason = std::move(reason);
  return outcome;
}

Outcome check_value(const Item& item, const Looked& looked) {
  const std::size_t offset = looked.text.range(item.section).begin;
  Outcome outcome;
  bool all_right = true;
  bool any_right = false;
  for (const FoundValue& found : values_in(item, section_text(item, looked))) {
    const Range at{offset + found.begin, offset + found.end};
    if (!is_near(item, looked, at)) continue;
    const bool is_right = same_value(found.value, item.value);
    outcome.evidence.push_back({at, is_right});
    all_right = all_right && is_right;
    any_right = any_right || is_right;
  }
  const std::string wanted = "\"" + item.written.value + "\"";
  if (outcome.evidence.empty()) {
    outcome.reason = "it does not say " + wanted;
  } else if (all_right || (any_right && item.written.others)) {
    outcome.score = 1.0;
  } else {
    outcome.reason = "it says another value than " + wanted;
  }
  return outcome;
}

Outcome check_equals(const Item& item, const Looked& looked) {
  const std::string_view text = section_text(item, looked);
  const Extraction extraction = extract_answer(text, ExtractionMode::kPair);
  const bool is_equal =
      extraction.problem.empty() && math::compare(item.written.value, extraction.text).truth == math::Truth::kEqual;
  return is_equal ? holds()
                  : fails(extraction.problem.empty() ? "it is not \"" + item.written.value + "\"" : extraction.problem);
}

Outcome check_plugin(const Item& item, const Looked& looked) {
  Answer answer = looked.answer;
  answer.text = section_text(item, looked);
  if (item.section != kNowhere) answer.tokens = 0;
  const Score score = score_safely(*item.plugin, {&looked.question, answer});
  Outcome outcome;
  outcome.has_failed = !teaches(score.status);
  outcome.score = std::clamp(score.score, 0.0, 1.0);
  outcome.usage = score.usage;
  if (outcome.has_failed || outcome.score < 1.0)
    outcome.reason = score.detail.empty() ? "the scorer gives less" : score.detail;
  const std::size_t offset = looked.text.range(item.section).begin;
  for (const Span& span : score.spans) {
    if (outcome.evidence.size() < 16)
      outcome.evidence.push_back({{offset + span.begin, offset + span.end}, span.points >= 0});
  }
  return outcome;
}

Outcome check_judge(const Item& item, const Looked& looked, const ItemJudge& judge) {
  const JudgeVerdict verdict = judge.judge({.question = looked.prepared.prompt,
                                            .answer = section_text(item, looked),
                                            .criterion = item.written.prompt,
                                            .scale = item.written.scale,
                                            .good_answer = looked.question.good_answer});
  Outcome outcome;
  outcome.usage = verdict.usage;
  outcome.has_failed = !verdict.score.has_value();
  outcome.score = std::clamp(verdict.score.value_or(0.0), 0.0, 1.0);
  if (outcome.has_failed || outcome.score < 1.0) outcome.reason = verdict.reason;
  return outcome;
}

std::string section_fault(const Item& item, const Looked& looked) {
  if (looked.text.is_there(item.section)) return "";
  return "section " + looked.prepared.rubric->written.sections.names[item.section] + " " +
         looked.text.sections().of[item.section].fault;
}

Outcome run_check(std::size_t index, const Looked& looked) {
  const Item& item = looked.prepared.rubric->items[index];
  std::string fault = section_fault(item, looked);
  if (!fault.empty()) return fails(std::move(fault));
  switch (item.written.check) {
    case Check::kConclusion:
      return check_conclusion(item, looked);
    case Check::kElements:
      return check_elements(item, looked);
    case Check::kConsistency:
      return check_consistency(item, looked);
    case Check::kContradiction:
      return check_contradiction(item, looked);
    case Check::kCites:
      return check_cites(item, looked);
    case Check::kCitationsExist:
      return check_citations_exist(item, looked);
    case Check::kRecordRefs:
      return check_record_refs(item, looked);
    case Check::kQuotesVerbatim:
      return check_quotes(item, looked);
    case Check::kContainsAll:
    case Check::kContainsAny:
    case Check::kContainsNone:
      return check_contains(item, looked);
    case Check::kRegex:
      return check_regex(item, looked);
    case Check::kNumber:
    case Check::kDate:
    case Check::kMoney:
      return check_value(item, looked);
    case Check::kEquals:
      return check_equals(item, looked);
    case Check::kSections:
      return check_sections(item, looked);
    case Check::kFormat:
      return check_format(item, looked);
    case Check::kLength:
      return check_length(item, looked);
    case Check::kRepetition:
      return check_repetition(item, looked);
    case Check::kNoCopy:
      return check_no_copy(item, index, looked);
    case Check::kPlugin:
      return check_plugin(item, looked);
    case Check::kJudge:
      break;
  }
  return fails("it is not for this");
}

}  // namespace hone::rewards::rubric
