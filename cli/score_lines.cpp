#include "cli/score_lines.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "datasets/jsonl.h"

namespace hone::cli {
namespace {

using nlohmann::json;

/// Keys of a line that are not the question's reference.
constexpr std::array<std::string_view, 10> kOwnKeys = {"id",       "answer", "gold",      "question", "prompt",
                                                       "messages", "domain", "truncated", "tokens",   "good_answer"};

std::string text_of(const json& line, const char* key, const std::string& place) {
  const json& value = line.at(key);
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_number() || value.is_boolean()) {
    return value.dump();
  }
  throw core::DataError(place + ": \"" + key + "\" needs text, found " + value.type_name());
}

/// What the line's key `question` says: text, messages, or an object.
datasets::Question asked_by(const json& asked, const std::string& place) {
  datasets::Question question;
  if (!asked.is_object()) {
    question.messages = datasets::messages_from_json(asked, place);
    return question;
  }
  if (asked.contains("messages") || asked.contains("prompt") || asked.contains("question")) {
    question = datasets::question_from_json(asked, place);
  } else if (asked.contains("gold")) {
    question.gold = text_of(asked, "gold", place);
  }
  question.reference = asked.value("reference", question.reference);
  return question;
}

/// The line's keys that are not its own are the question's reference, besides what its `question` gave.
void add_reference(datasets::Question& question, const json& line) {
  for (const auto& [key, value] : line.items()) {
    if (std::find(kOwnKeys.begin(), kOwnKeys.end(), key) != kOwnKeys.end()) {
      continue;
    }
    if (question.reference.is_null()) {
      question.reference = json::object();
    }
    if (question.reference.is_object()) {
      question.reference[key] = value;
    }
  }
}

datasets::Question question_of(const json& line, const std::string& place) {
  datasets::Question question;
  for (const char* key : {"question", "prompt", "messages"}) {
    if (line.contains(key) && !line.at(key).is_null()) {
      question = asked_by(line.at(key), place);
      break;
    }
  }
  for (const auto& [key, member] : {std::pair{"gold", &question.gold}, std::pair{"domain", &question.domain},
                                    std::pair{"good_answer", &question.good_answer}}) {
    if (line.contains(key)) {
      *member = text_of(line, key, place);
    }
  }
  add_reference(question, line);
  return question;
}

template <class T>
T optional_value(const json& line, const char* key, T otherwise, const std::string& place) {
  try {
    return line.value(key, otherwise);
  } catch (const json::exception&) {
    throw core::DataError(place + ": \"" + key + "\" has the wrong type, found " + line.at(key).type_name());
  }
}

void check_keys(const json& line, const std::string& place) {
  if (!line.is_object()) {
    throw core::DataError(place + ": needs an object, found " + line.type_name());
  }
  for (const char* key : {"id", "answer"}) {
    if (!line.contains(key)) {
      throw core::DataError(place + ": needs \"" + key + "\"");
    }
  }
  constexpr std::array kJudgedBy = {"gold", "question", "prompt", "messages", "rubric"};
  if (std::none_of(kJudgedBy.begin(), kJudgedBy.end(), [&](const char* key) { return line.contains(key); })) {
    throw core::DataError(place + R"(: needs "gold", "question", "prompt" or "rubric")");
  }
  if (!line.at("answer").is_string()) {
    throw core::DataError(place + ": \"answer\" needs text, found " + line.at("answer").type_name());
  }
}

}  // namespace

AnswerLines read_answers(const std::string& file) {
  AnswerLines answers;
  datasets::for_each_json_line(file, [&](std::size_t number, const json& line) {
    const std::string place = file + ":" + std::to_string(number);
    check_keys(line, place);
    datasets::Question question = question_of(line, place);
    question.id = text_of(line, "id", place);
    const std::string id = question.id;
    answers.submissions.push_back({.ticket = answers.ids.size(),
                                   .question = std::make_shared<const datasets::Question>(std::move(question)),
                                   .text = line.at("answer").get<std::string>(),
                                   .truncated = optional_value(line, "truncated", false, place),
                                   .tokens = optional_value(line, "tokens", std::int64_t{0}, place),
                                   .group = id,
                                   .uid = id});
    answers.ids.push_back(line.at("id"));
  });
  return answers;
}

}  // namespace hone::cli
