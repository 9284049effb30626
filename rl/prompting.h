#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/question.h"
#include "policies/policy.h"
#include "policies/prompt_format.h"
#include "rollout/completion.h"

namespace hone::rl {

/// What a question asks, for a chat template.
[[nodiscard]] std::vector<policies::ChatMessage> chat_messages(const datasets::Question& question);

/// A question as the policy reads it. `stream` names its samples' random streams. Throws DataError naming the question
/// where the chat template refuses it.
[[nodiscard]] rollout::Prompt make_prompt(const policies::PromptFormat& format, const datasets::Question& question,
                                          std::uint64_t stream);

/// Throws DataError naming the question, its tokens and the context when an answer of `max_new_tokens` would not fit.
void check_fits(const policies::Policy& policy, const datasets::Question& question, const rollout::Prompt& prompt,
                std::int64_t max_new_tokens);

}  // namespace hone::rl
