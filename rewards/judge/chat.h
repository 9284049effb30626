#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "rewards/judge/options.h"

namespace hone::rewards {

/// What a chat endpoint said.
struct ChatReply {
  std::string content;
  std::int64_t prompt_tokens = 0;  // 0 where it did not say
  std::int64_t completion_tokens = 0;
};

/// The body of a request to /chat/completions.
[[nodiscard]] std::string chat_request(const nlohmann::ordered_json& messages, const JudgeOptions& options);
/// Reads the response's body: choices[0].message.content and usage. Throws DataError beginning with `where`.
[[nodiscard]] ChatReply read_chat_reply(std::string_view body, const std::string& where);

}  // namespace hone::rewards
