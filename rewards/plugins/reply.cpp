#include <cmath>
#include <string_view>

#include "core/config_text.h"
#include "rewards/plugins/json_text.h"
#include "rewards/plugins/protocol.h"
#include "rewards/readable.h"

namespace hone::rewards::plugins {
namespace {

using nlohmann::json;

constexpr std::size_t kMostParts = 256;
constexpr std::size_t kMostSpans = 4096;
constexpr double kMostMagnitude = 1e9;  // far from where a reward of 32 bits overflows in a sum of squares

/// Why a result is none; caught within this file.
struct Complaint {
  std::string text;
};

std::string shown(const json& value) {
  return readable(value.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 100));
}

double read_number(const json& value, const std::string& name) {
  if (!value.is_number() || !(std::abs(value.get<double>()) <= kMostMagnitude)) {
    throw Complaint{name + " is " + shown(value) + ", needs a finite number, at most 1e9 in size"};
  }
  return value.get<double>();
}

std::string read_text(const json& value, const std::string& name) {
  if (!value.is_string()) {
    throw Complaint{name + " is " + shown(value) + ", needs a string"};
  }
  return readable(value.get_ref<const std::string&>());
}

Status read_status(const json& value) {
  for (const Status status : {Status::kOk, Status::kWrongFormat, Status::kUnscorable, Status::kError}) {
    if (value.is_string() && value.get_ref<const std::string&>() == status_name(status)) {
      return status;
    }
  }
  throw Complaint{"status is " + shown(value) + ", needs ok, wrong_format, unscorable or error"};
}

void read_parts(const json& parts, Score& score) {
  if (!parts.is_object() || parts.size() > kMostParts) {
    throw Complaint{"parts needs an object of at most 256 numbers"};
  }
  for (const auto& [name, value] : parts.items()) {
    score.parts.emplace_back(readable(name), read_number(value, "parts." + readable(name)));
  }
}

std::size_t read_place(const json& span, const char* key, std::size_t most) {
  const auto found = span.find(key);
  if (found == span.end() || !found->is_number_unsigned() || *found > most) {
    throw Complaint{std::string("a span's ") + key + " needs an integer from 0 to the answer's " +
                    std::to_string(most) + " bytes"};
  }
  return found->get<std::size_t>();
}

Span read_span(const json& value, std::string_view answer) {
  if (!value.is_object()) {
    throw Complaint{"a span is " + shown(value) + ", needs an object"};
  }
  Span span;
  span.begin = read_place(value, "begin", answer.size());
  span.end = read_place(value, "end", answer.size());
  if (span.begin > span.end) {
    throw Complaint{"a span ends before it begins"};
  }
  if (const auto item = value.find("item"); item != value.end()) {
    span.item = read_text(*item, "a span's item");
  }
  if (const auto points = value.find("points"); points != value.end()) {
    span.points = read_number(*points, "a span's points");
  }
  return span;
}

void read_spans(const json& spans, std::string_view answer, Score& score) {
  if (!spans.is_array() || spans.size() > kMostSpans) {
    throw Complaint{"spans needs a list of at most 4096"};
  }
  if (!is_utf8(answer)) {
    return;  // the worker got other bytes than these, so its places are not those of the answer
  }
  for (const json& span : spans) {
    score.spans.push_back(read_span(span, answer));
  }
}

void read_field(const std::string& name, const json& value, const Asked& asked, Score& score) {
  if (name == "score") {
    score.score = value.is_null() ? 0.0 : read_number(value, name);
  } else if (name == "status") {
    score.status = read_status(value);
  } else if (name == "parts") {
    read_parts(value, score);
  } else if (name == "extracted") {
    score.extracted = value.is_null() ? "" : read_text(value, name);
  } else if (name == "detail") {
    score.detail = value.is_null() ? "" : read_text(value, name);
  } else if (name == "spans") {
    read_spans(value, asked.answer.text, score);
  } else if (name == "uid") {
    if (!value.is_string() || value.get_ref<const std::string&>() != asked.answer.uid) {
      throw Complaint{"the result is for uid " + shown(value) + ", needs \"" + readable(asked.answer.uid) + "\""};
    }
  } else {
    static const std::vector<std::string> kKnown = {"score", "status", "parts", "extracted", "detail", "spans", "uid"};
    const std::string near = core::text::nearest(name, kKnown);
    throw Complaint{"the result has an unknown key " + shown(json(name)) +
                    (near.empty() ? "" : "; did you mean \"" + near + "\"?")};
  }
}

std::string complaint_of(const json& reply, std::uint64_t id, NeedsId needs_id, std::size_t count) {
  if (!reply.is_object()) {
    return "the reply is no JSON object";
  }
  const auto found = reply.find("id");
  if (found == reply.end() ? needs_id == NeedsId::kYes : *found != id) {
    return "the reply is to request " + (found == reply.end() ? "null" : shown(*found)) + ", needs " +
           std::to_string(id);
  }
  if (const auto error = reply.find("error"); error != reply.end()) {
    return error->is_string() ? readable(error->get_ref<const std::string&>()) : shown(*error);
  }
  const auto results = reply.find("results");
  if (results == reply.end() || !results->is_array() || results->size() != count) {
    return "the reply has " +
           (results != reply.end() && results->is_array() ? std::to_string(results->size()) + " results"
                                                          : "no results") +
           " for " + std::to_string(count) + " samples";
  }
  return "";
}

}  // namespace

Score read_result(const json& result, const Asked& asked) {
  try {
    if (!result.is_object()) {
      throw Complaint{"the result is " + shown(result) + ", needs an object"};
    }
    Score score;
    for (const auto& [name, value] : result.items()) {
      read_field(name, value, asked, score);
    }
    const auto given = result.find("score");
    if (teaches(score.status) && (given == result.end() || given->is_null())) {
      throw Complaint{"the result has no score"};
    }
    if (!teaches(score.status) && score.detail.empty()) {
      score.detail = "the scorer gave no reason";
    }
    score.score = teaches(score.status) ? score.score : 0.0;
    return score;
  } catch (const Complaint& complaint) {
    return failure(Status::kError, complaint.text);
  }
}

std::optional<std::string> read_reply(std::string line, std::uint64_t id, NeedsId needs_id,
                                      std::span<const Asked> asked, std::span<Score> scores) {
  if (!tame_json(line)) {
    return "the reply is nested too deeply";
  }
  const json reply = json::parse(line, nullptr, false);
  if (reply.is_discarded()) {
    return "the reply is no JSON: " + readable(line.substr(0, 200));
  }
  if (std::string complaint = complaint_of(reply, id, needs_id, asked.size()); !complaint.empty()) {
    return complaint;
  }
  const json& results = reply["results"];
  for (std::size_t i = 0; i < asked.size(); ++i) {
    scores[i] = read_result(results[i], asked[i]);
  }
  return std::nullopt;
}

}  // namespace hone::rewards::plugins
