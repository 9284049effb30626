#include "datasets/jsonl.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/in_quotes.h"

namespace hone::datasets {
namespace {

using nlohmann::json;

/// The reason out of "[json.exception.parse_error.101] parse error at line 1, column 9: reason", short and printable:
/// it quotes the line.
std::string reason(const json::exception& error) {
  constexpr std::size_t kMost = 160;
  const std::string_view text = error.what();
  const auto at = text.find("column ");
  std::string reason(text.substr(at == std::string_view::npos ? 0 : at, kMost));
  std::replace_if(
      reason.begin(), reason.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return reason;
}

json parse_line(std::string_view line, const std::string& place) {
  const auto refuse_depth = [&place](int depth, json::parse_event_t /*event*/, json& /*value*/) {
    if (depth > kNestingMax) {
      throw core::DataError(place + ": needs at most " + std::to_string(kNestingMax) + " levels of nesting");
    }
    return true;
  };
  try {
    return json::parse(line.begin(), line.end(), refuse_depth);
  } catch (const json::exception& error) {
    throw core::DataError(place + ": needs one JSON value a line: " + reason(error));
  }
}

void handle_line(std::string_view line, const std::string& place, std::size_t line_number,
                 const JsonLineHandler& handle) {
  if (line_number == 1 && line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  handle(line_number, parse_line(line, place));
}

std::string found(const json& value) {
  const std::string type = value.type_name();
  return (type == "array" || type == "object" ? "found an " : "found ") + type;
}

const json* at_any(const json& object, std::initializer_list<const char*> keys, json& rest) {
  for (const char* key : keys) {
    const auto value = object.find(key);
    if (value == object.end() || value->is_null()) continue;
    rest.erase(key);
    return &*value;
  }
  return nullptr;
}

std::string text_or_number(const json& value, const std::string& what) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  throw core::DataError(what + " needs text or a number, " + found(value));
}

std::string gold_of(const json& object, const std::string& place, json& rest) {
  if (const json* gold = at_any(object, {"answer", "solution", "ground_truth", "label", "gold"}, rest)) {
    return text_or_number(*gold, place + ": the reference answer");
  }
  const auto model = object.find("reward_model");
  if (model == object.end() || !model->is_object() || !model->contains("ground_truth")) return "";
  return text_or_number((*model)["ground_truth"], place + ": reward_model.ground_truth");
}

std::vector<Message> asked(const json& object, const std::string& place, json& rest) {
  const json* value = at_any(object, {"messages", "prompt", "question"}, rest);
  if (value == nullptr) {
    constexpr std::size_t kMostBytes = 300;
    std::string keys;
    for (const auto& item : object.items()) {
      keys += (keys.empty() ? "" : ", ") + core::in_quotes(item.key());
      if (keys.size() > kMostBytes) {
        keys += ", …";
        break;
      }
    }
    throw core::DataError(place + R"(: needs "prompt", "messages" or "question", found )" +
                          (keys.empty() ? "an empty object" : "only " + keys));
  }
  return messages_from_json(*value, place);
}

std::ifstream open(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw core::FileError(path.string() + ": needs a JSONL file, found a folder");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw core::FileError(path.string() + ": cannot be opened: " + std::strerror(errno));
  return file;
}

}  // namespace

void for_each_json_line(std::istream& stream, const std::string& name, const JsonLineHandler& handle) {
  std::array<char, std::size_t{64} << 10> chunk;
  std::string line;
  std::size_t line_number = 1;
  const auto place = [&] { return name + ":" + std::to_string(line_number); };
  do {
    stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    std::string_view rest(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      line += rest.substr(0, end);
      if (line.size() > kLineBytesMax) {
        throw core::DataError(place() + ": needs lines of at most " + std::to_string(kLineBytesMax >> 20) + " MiB");
      }
      if (end == std::string_view::npos) break;
      handle_line(line, place(), line_number, handle);
      ++line_number;
      line.clear();
      rest.remove_prefix(end + 1);
    }
  } while (stream);
  if (stream.bad()) throw core::FileError(name + ": cannot be read: " + std::strerror(errno));
  handle_line(line, place(), line_number, handle);
}

void for_each_json_line(const std::filesystem::path& path, const JsonLineHandler& handle) {
  auto file = open(path);
  for_each_json_line(file, path.string(), handle);
}

std::vector<Message> messages_from_json(const json& value, const std::string& place) {
  if (value.is_string()) return {{"user", value.get<std::string>()}};
  if (!value.is_array() || value.empty()) {
    throw core::DataError(place + ": the question needs text or a list of messages, " +
                          (value.is_array() ? "found an empty list" : found(value)));
  }
  std::vector<Message> messages;
  for (const json& item : value) {
    const auto text = [&](const char* key) {
      if (!item.is_object() || !item.contains(key) || !item[key].is_string()) {
        throw core::DataError(place + ": message " + std::to_string(messages.size()) + " needs \"" + key +
                              "\" with text");
      }
      return item[key].get<std::string>();
    };
    Message message{text("role"), text("content")};
    if (message.role != "system" && message.role != "user" && message.role != "assistant") {
      throw core::DataError(place + ": message " + std::to_string(messages.size()) + " has the role " +
                            core::in_quotes(message.role) + R"(, needs one of "system", "user", "assistant")");
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

Question question_from_json(const json& object, const std::string& place, const std::string& default_domain) {
  if (!object.is_object()) throw core::DataError(place + ": needs an object, " + found(object));
  json rest = object;
  Question question;
  question.messages = asked(object, place, rest);
  question.gold = gold_of(object, place, rest);
  const json* id = at_any(object, {"id"}, rest);
  question.id = id != nullptr ? text_or_number(*id, place + ": id") : place;
  const json* domain = at_any(object, {"domain", "data_source"}, rest);
  question.domain = domain != nullptr ? text_or_number(*domain, place + ": domain") : default_domain;
  const json* good_answer = at_any(object, {"good_answer"}, rest);
  if (good_answer != nullptr) question.good_answer = text_or_number(*good_answer, place + ": good_answer");
  if (!rest.empty()) question.reference = std::move(rest);
  return question;
}

std::vector<Question> load_questions(std::istream& stream, const std::string& name, const std::string& default_domain) {
  const std::filesystem::path path(name);
  const std::string domain = default_domain.empty() ? path.stem().string() : default_domain;
  std::vector<Question> questions;
  std::unordered_map<std::string, std::size_t> line_of_id;
  for_each_json_line(stream, name, [&](std::size_t line_number, const json& value) {
    const std::string place = name + ":" + std::to_string(line_number);
    Question question = question_from_json(value, place, domain);
    if (question.id == place) question.id = path.filename().string() + ":" + std::to_string(line_number);
    const auto [earlier, is_new] = line_of_id.emplace(question.id, line_number);
    if (!is_new) {
      throw core::DataError(place + ": needs an id of its own, found " + core::in_quotes(question.id) +
                            ", which line " + std::to_string(earlier->second) + " has");
    }
    questions.push_back(std::move(question));
  });
  if (questions.empty()) throw core::DataError(name + ": needs at least one question, found none");
  return questions;
}

std::vector<Question> load_questions(const std::filesystem::path& path, const std::string& default_domain) {
  auto file = open(path);
  return load_questions(file, path.string(), default_domain);
}

json to_json_line(const Question& question) {
  json line = question.reference.is_object() ? question.reference : json::object();
  line["id"] = question.id;
  line["domain"] = question.domain;
  const bool is_text = question.messages.size() == 1 && question.messages.front().role == "user";
  if (is_text) {
    line["prompt"] = question.messages.front().content;
  } else {
    line["messages"] = json::array();
    for (const Message& message : question.messages) {
      line["messages"].push_back({{"role", message.role}, {"content", message.content}});
    }
  }
  line["answer"] = question.gold;
  if (!question.good_answer.empty()) line["good_answer"] = question.good_answer;
  return line;
}

}  // namespace hone::datasets
