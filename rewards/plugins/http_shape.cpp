#include "rewards/plugins/http_shape.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "rewards/plugins/json_text.h"
#include "rewards/plugins/protocol.h"
#include "rewards/readable.h"

namespace hone::rewards::plugins {
namespace {

using nlohmann::json;

constexpr double kMostMagnitude = 1e9;
constexpr std::size_t kMostParts = 256;

std::string shown(const json& value) {
  return readable(value.dump(-1, ' ', false, json::error_handler_t::replace).substr(0, 100));
}

bool is_usable(const json& value) {
  return value.is_number() && std::abs(value.get<double>()) <= kMostMagnitude;
}

/// One answer's reward; a service that has none says null.
Score score_of(const json& reward) {
  if (is_usable(reward)) {
    Score score;
    score.score = reward.get<double>();
    return score;
  }
  if (reward.is_boolean()) {
    Score score;
    score.score = reward.get<bool>() ? 1.0 : 0.0;
    return score;
  }
  return failure(Status::kError,
                 "the service's reward is " + shown(reward) + ", needs a finite number, at most 1e9 in size");
}

template <class Append>
void append_list(std::string& body, const char* name, std::span<const Asked> asked, const Append& append) {
  body += std::string(body.empty() ? "{\"" : ",\"") + name + "\":[";
  for (std::size_t i = 0; i < asked.size(); ++i) {
    body += i > 0 ? "," : "";
    append(asked[i]);
  }
  body += ']';
}

std::string openrlhf_request(std::span<const Asked> asked) {
  std::string body;
  append_list(body, "query", asked, [&](const Asked& one) {
    append_json_string(body, prompt_text(*one.question) + std::string(one.answer.text));
  });
  append_list(body, "prompts", asked, [&](const Asked& one) { append_json_string(body, prompt_text(*one.question)); });
  append_list(body, "labels", asked, [&](const Asked& one) { append_json_string(body, one.question->gold); });
  return body + "}";
}

std::string slime_request(const Asked& asked) {
  std::string body = "{\"prompt\":";
  append_json_string(body, prompt_text(*asked.question));
  body += ",\"response\":";
  append_json_string(body, asked.answer.text);
  body += ",\"label\":";
  append_json_string(body, asked.question->gold);
  return body + "}";
}

/// A list's numbers as a part of each score; what is no such list is left out, as it is only for people.
void add_parts(const std::string& name, const json& values, std::span<Score> scores) {
  if (!values.is_array() || values.size() != scores.size()) {
    return;
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (is_usable(values[i]) && scores[i].parts.size() < kMostParts) {
      scores[i].parts.emplace_back(readable(name), values[i].get<double>());
    }
  }
}

std::optional<std::string> read_openrlhf(const json& reply, std::span<Score> scores) {
  const auto rewards = reply.find("rewards");
  if (rewards == reply.end() || !rewards->is_array() || rewards->size() != scores.size()) {
    return "the reply needs a list \"rewards\" of " + std::to_string(scores.size()) + " numbers, and is " +
           shown(reply);
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] = score_of((*rewards)[i]);
  }
  if (const auto more = reply.find("scores"); more != reply.end()) {
    add_parts("score", *more, scores);
  }
  if (const auto logs = reply.find("extra_logs"); logs != reply.end() && logs->is_object()) {
    for (const auto& [name, values] : logs->items()) {
      add_parts(name, values, scores);
    }
  }
  return std::nullopt;
}

std::optional<std::string> read_slime(const json& reply, const std::string& key, Score& score) {
  if (!reply.is_object()) {
    score = score_of(reply);
    return std::nullopt;
  }
  const auto reward = reply.find(key);
  if (reward == reply.end()) {
    return "the reply needs a number or an object with \"" + key + "\", and is " + shown(reply);
  }
  score = score_of(*reward);
  for (const auto& [name, value] : reply.items()) {
    if (name != key) {
      add_parts(name, json::array({value}), {&score, 1});
    }
  }
  return std::nullopt;
}

}  // namespace

std::string request_body(HttpShape shape, std::uint64_t id, std::span<const Asked> asked) {
  switch (shape) {
    case HttpShape::kOpenrlhf:
      return openrlhf_request(asked);
    case HttpShape::kSlime:
      return slime_request(asked.front());
    case HttpShape::kHone:
      break;
  }
  std::string body;
  append_request(body, id, asked, kAllFields);
  return body;
}

std::optional<std::string> read_body(const ShapeOptions& options, std::string body, std::uint64_t id,
                                     std::span<const Asked> asked, std::span<Score> scores) {
  if (options.shape == HttpShape::kHone) {
    return read_reply(std::move(body), id, NeedsId::kNo, asked, scores);
  }
  const bool is_shallow = tame_json(body);
  const json reply = is_shallow ? json::parse(body, nullptr, false) : json(json::value_t::discarded);
  if (reply.is_discarded()) {
    return "the reply is no JSON: " + readable(body.substr(0, 200));
  }
  if (options.shape == HttpShape::kSlime) {
    return read_slime(reply, options.reward_key, scores.front());
  }
  return reply.is_object() ? read_openrlhf(reply, scores) : "the reply is no JSON object: " + shown(reply);
}

}  // namespace hone::rewards::plugins
