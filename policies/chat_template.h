#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone::policies {

struct ChatMessage {
  std::string role;  // system, user, assistant
  std::string content;
};

/// The names that `render_prompt` knows, in the order in which help shows them.
[[nodiscard]] std::vector<std::string> chat_template_names();

/// Messages as the text behind which the policy writes its answer.
///   plain   each content and a newline
///   chatml  <|im_start|>role, newline, content, <|im_end|>, newline; then <|im_start|>assistant and a newline
/// Throws ConfigError naming the known templates for any other name.
[[nodiscard]] std::string render_prompt(std::string_view template_name, std::span<const ChatMessage> messages);

}  // namespace hone::policies
