#include "rewards/judge/chat.h"

#include "core/error.h"

namespace hone::rewards {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBodyBytes = std::size_t{4} << 20;
constexpr std::int64_t kMostTokens = std::int64_t{1} << 40;

/// What a reader makes of nested brackets takes a hundred times their bytes.
bool is_nested_deeply(std::string_view body) {
  constexpr int kMostDepth = 64;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string) {
      i += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else {
      in_string = c == '"';
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      if (depth > kMostDepth) {
        return true;
      }
    }
  }
  return false;
}

const json* member(const json* value, const char* key) {
  return value != nullptr && value->is_object() && value->contains(key) ? &value->at(key) : nullptr;
}

std::int64_t count_of(const json* usage, const char* key) {
  const json* count = member(usage, key);
  return count != nullptr && count->is_number_unsigned() &&
                 count->get<std::uint64_t>() <= static_cast<std::uint64_t>(kMostTokens)
             ? count->get<std::int64_t>()
             : 0;
}

}  // namespace

std::string chat_request(const nlohmann::ordered_json& messages, const JudgeOptions& options) {
  nlohmann::ordered_json request;
  request["model"] = options.model;
  request["messages"] = messages;
  request["temperature"] = options.temperature;
  request["seed"] = options.seed;
  request["max_tokens"] = options.max_tokens;
  if (options.json_mode) {
    request["response_format"] = {{"type", "json_object"}};
  }
  return request.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

ChatReply read_chat_reply(std::string_view body, const std::string& where) {
  if (body.size() > kMostBodyBytes || is_nested_deeply(body)) {
    throw core::DataError(where + ": the response is too large or nested too deeply");
  }
  const json response = json::parse(body, nullptr, false);
  if (response.is_discarded()) {
    throw core::DataError(where + ": the response is not JSON");
  }
  const json* choices = member(&response, "choices");
  const json* first = choices != nullptr && choices->is_array() && !choices->empty() ? &choices->at(0) : nullptr;
  const json* content = member(member(first, "message"), "content");
  if (content == nullptr || !content->is_string()) {
    throw core::DataError(where + ": the response has no text at choices[0].message.content");
  }
  const json* usage = member(&response, "usage");
  return {content->get<std::string>(), count_of(usage, "prompt_tokens"), count_of(usage, "completion_tokens")};
}

}  // namespace hone::rewards
