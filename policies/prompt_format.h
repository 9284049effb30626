#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/chat/chat_template.h"
#include "policies/tokenizers/tokenizer.h"

namespace hone::policies {

/// A conversation as tokens, and which of them a fine-tuning loss counts.
struct TrainingTokens {
  std::vector<std::int32_t> ids;
  std::vector<std::uint8_t> is_answer;  // [ids] 1: what the assistant says, and what ends its turn
  std::size_t turns_left_out = 0;       // the assistant's, which the template shows otherwise once others follow
};

/// The names that a PromptFormat takes: "auto", and the built-in ones.
[[nodiscard]] std::vector<std::string> prompt_format_names();

/// How one policy is asked: its tokenizer, a chat template, and perhaps a system prompt.
class PromptFormat {
 public:
  /// `chat_template` is "auto" (that of the policy's `folder`; plain where there is none) or a built-in name. A
  /// `system_prompt` that is not empty goes before messages that have none of their own. The tokenizer must outlive it.
  /// Throws ConfigError for another name, DataError for a template of the folder that cannot be run.
  PromptFormat(const Tokenizer& tokenizer, const std::filesystem::path& folder, const std::string& chat_template,
               std::string system_prompt = "");

  /// Text as it is, behind the token that begins a document, where there is one.
  [[nodiscard]] std::vector<std::int32_t> text_ids(std::string_view text) const;
  /// Messages up to where the assistant answers. Throws DataError where the template refuses them.
  [[nodiscard]] std::vector<std::int32_t> ids(std::span<const ChatMessage> messages) const;
  /// The same, as it reads.
  [[nodiscard]] std::string text(std::span<const ChatMessage> messages) const;
  /// A conversation to learn from. Answers begin where `ids` of what comes before them ends, token by token.
  [[nodiscard]] TrainingTokens training(std::span<const ChatMessage> messages) const;
  /// True if messages are written as bare text.
  [[nodiscard]] bool is_plain() const { return is_plain_; }

 private:
  [[nodiscard]] std::vector<ChatMessage> with_system(std::span<const ChatMessage> messages) const;
  [[nodiscard]] std::vector<std::int32_t> encoded(const MarkedText& text) const;

  const Tokenizer& tokenizer_;
  ChatTemplate template_;
  std::string system_prompt_;
  bool is_plain_;
};

}  // namespace hone::policies
