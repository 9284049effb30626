#include "rl/prompting.h"

#include "core/error.h"
#include "policies/chat/chat_template.h"

namespace hone::rl {

rollout::Prompt make_prompt(const policies::Policy& policy, const std::string& chat_template,
                            const datasets::Question& question, std::uint64_t stream) {
  std::vector<policies::ChatMessage> messages;
  for (const auto& message : question.messages) {
    messages.push_back({message.role, message.content});
  }
  rollout::Prompt prompt;
  prompt.stream = stream;
  if (const auto bos = policy.tokenizer().bos_id()) {
    prompt.ids.push_back(*bos);
  }
  const auto ids = policy.tokenizer().encode(policies::render_prompt(chat_template, messages));
  prompt.ids.insert(prompt.ids.end(), ids.begin(), ids.end());
  return prompt;
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
