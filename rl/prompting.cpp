#include "rl/prompting.h"

#include "core/error.h"

namespace hone::rl {

std::vector<policies::ChatMessage> chat_messages(const datasets::Question& question) {
  std::vector<policies::ChatMessage> messages;
  for (const auto& message : question.messages) {
    messages.push_back({message.role, message.content});
  }
  return messages;
}

rollout::Prompt make_prompt(const policies::PromptFormat& format, const datasets::Question& question,
                            std::uint64_t stream) {
  try {
    return {format.ids(chat_messages(question)), stream};
  } catch (const core::DataError& error) {
    throw core::DataError("question " + question.id + ": " + error.what());
  }
}

void check_fits(const policies::Policy& policy, const datasets::Question& question, const rollout::Prompt& prompt,
                std::int64_t max_new_tokens) {
  const auto length = static_cast<std::int64_t>(prompt.ids.size());
  const auto context = policy.config().max_position_embeddings;
  if (length + max_new_tokens > context) {
    throw core::DataError("question " + question.id + ": its prompt has " + std::to_string(length) +
                          " tokens, which with max_completion_length " + std::to_string(max_new_tokens) +
                          " passes the policy's context of " + std::to_string(context));
  }
}

}  // namespace hone::rl
