// Which part of a conversation the assistant says.
#include "core/error.h"
#include "policies/chat/chat_template.h"
#include "policies/chat/parsed_template.h"

namespace hone::policies {

TrainingText ChatTemplate::render_training(std::span<const ChatMessage> messages, const RenderOptions& options) const {
  auto whole = run(messages, options, false);
  TrainingText result{std::move(whole.text), std::move(whole.generated)};
  if (!result.assistant.empty()) return result;

  const auto& text = result.text.text;
  // What the turn adds to its prompt, where the whole conversation begins with both.
  const auto range_of_turn = [&](std::size_t turn) -> std::optional<TextRange> {
    const auto prompt = run(messages.first(turn), options, true).text.text;
    const auto until = turn + 1 == messages.size() ? text : run(messages.first(turn + 1), options, false).text.text;
    if (until.size() <= prompt.size() || !until.starts_with(prompt) || !text.starts_with(until)) return {};
    return TextRange{prompt.size(), until.size()};
  };
  for (std::size_t turn = 0; turn < messages.size(); ++turn) {
    if (messages[turn].role != "assistant") continue;
    std::optional<TextRange> range;
    const bool is_last = turn + 1 == messages.size();
    try {
      range = range_of_turn(turn);
    } catch (const core::DataError&) {  // a template may refuse half a conversation
      if (is_last) throw;
    }
    if (range) {
      result.assistant.push_back(*range);
    } else if (is_last) {
      throw core::DataError(parsed_->where + ": the assistant's last turn does not go on from the prompt before it, " +
                            "so what to learn is not known; mark it with {% generation %} in the template");
    } else {
      ++result.turns_left_out;
    }
  }
  return result;
}

}  // namespace hone::policies
