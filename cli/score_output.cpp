#include "cli/score_output.h"

#include <string>
#include <utility>

#include "report/format.h"
#include "report/text.h"

namespace hone::cli {
namespace {

using nlohmann::ordered_json;

template <class Value>
ordered_json object_of(const std::vector<std::pair<std::string, Value>>& pairs) {
  auto object = ordered_json::object();
  for (const auto& [name, value] : pairs) {
    object[name] = value;
  }
  return object;
}

ordered_json spans_of(const rewards::Score& score) {
  auto spans = ordered_json::array();
  for (const rewards::Span& span : score.spans) {
    spans.push_back({{"begin", span.begin}, {"end", span.end}, {"item", span.item}, {"points", span.points}});
  }
  return spans;
}

ordered_json usage_of(const rewards::Usage& usage) {
  return {{"calls", usage.calls},
          {"cached", usage.cached},
          {"prompt_tokens", usage.prompt_tokens},
          {"completion_tokens", usage.completion_tokens},
          {"cost_usd", usage.cost_usd}};
}

}  // namespace

std::string table_line(const nlohmann::json& id, const rewards::Score& score) {
  constexpr std::size_t kId = 20;
  constexpr std::size_t kScore = 12;  // "wrong_format"
  const std::string name = id.is_string() ? id.get<std::string>() : id.dump();
  const bool is_judged = rewards::teaches(score.status);
  const std::string value =
      is_judged ? report::format_number(score.score, 3) : std::string(rewards::status_name(score.status));
  return report::pad_right(report::clip(report::printable(name), kId), kId) + "  " + report::pad_right(value, kScore) +
         "  " + report::printable(score.detail);
}

ordered_json score_line(const nlohmann::json& id, const rewards::Score& score) {
  ordered_json line;
  line["id"] = id;
  line["score"] = score.score;
  line["status"] = std::string(rewards::status_name(score.status));
  line["parts"] = object_of(score.parts);
  line["extracted"] = score.extracted;
  line["detail"] = score.detail;
  if (!score.notes.empty()) {
    line["notes"] = object_of(score.notes);
  }
  if (!score.spans.empty()) {
    line["spans"] = spans_of(score);
  }
  if (score.usage.calls > 0 || score.usage.cached > 0) {
    line["usage"] = usage_of(score.usage);
  }
  return line;
}

report::ScoredAnswer scored_answer(const rewards::Submission& submission, const rewards::Score& score) {
  report::ScoredAnswer answer;
  answer.id = submission.question->id;
  for (const datasets::Message& message : submission.question->messages) {
    answer.question += (answer.question.empty() ? "" : "\n\n") + message.content;
  }
  answer.answer = submission.text;
  answer.score = score.score;
  answer.status = std::string(rewards::status_name(score.status));
  answer.detail = score.detail;
  answer.extracted = score.extracted;
  answer.parts = score.parts;
  answer.notes = score.notes;
  for (const rewards::Span& span : score.spans) {
    answer.spans.push_back({span.begin, span.end, span.item, span.points});
  }
  return answer;
}

}  // namespace hone::cli
