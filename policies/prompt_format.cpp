#include "policies/prompt_format.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace hone::policies {
namespace {

std::optional<ChatTemplate> own_template(const std::filesystem::path& folder, const std::string& name) {
  if (name != "auto") return ChatTemplate::built_in(name);
  return folder.empty() ? std::nullopt : ChatTemplate::of_folder(folder);
}

/// The first `end` bytes, with what is trusted in them.
MarkedText head(const MarkedText& text, std::size_t end) {
  MarkedText result{text.text.substr(0, end), {}};
  for (auto range : text.trusted) {
    range.end = std::min(range.end, end);
    if (range.begin < range.end) result.trusted.push_back(range);
  }
  return result;
}

MarkedText slice(const MarkedText& text, std::size_t begin, std::size_t end) {
  MarkedText result{text.text.substr(begin, end - begin), {}};
  for (const auto& range : text.trusted) {
    const TextRange inside{std::max(range.begin, begin), std::min(range.end, end)};
    if (inside.begin < inside.end) result.trusted.push_back({inside.begin - begin, inside.end - begin});
  }
  return result;
}

}  // namespace

std::vector<std::string> prompt_format_names() {
  auto names = chat_template_names();
  names.insert(names.begin(), "auto");
  return names;
}

PromptFormat::PromptFormat(const Tokenizer& tokenizer, const std::filesystem::path& folder,
                           const std::string& chat_template, std::string system_prompt)
    : tokenizer_(tokenizer), template_(ChatTemplate::built_in("plain")), system_prompt_(std::move(system_prompt)) {
  auto own = own_template(folder, chat_template);
  is_plain_ = !own || chat_template == "plain";
  if (own) template_ = std::move(*own);
}

std::vector<ChatMessage> PromptFormat::with_system(std::span<const ChatMessage> messages) const {
  std::vector<ChatMessage> all;
  const bool has_own = !messages.empty() && messages.front().role == "system";
  if (!system_prompt_.empty() && !has_own) all.push_back({"system", system_prompt_});
  all.insert(all.end(), messages.begin(), messages.end());
  return all;
}

std::vector<std::int32_t> PromptFormat::text_ids(std::string_view text) const {
  auto ids = tokenizer_.encode(text);
  if (const auto bos = tokenizer_.bos_id()) ids.insert(ids.begin(), *bos);
  return ids;
}

std::vector<std::int32_t> PromptFormat::encoded(const MarkedText& text) const {
  auto ids = tokenizer_.encode_marked(text);
  const auto bos = template_.leaves_bos_to_caller() ? tokenizer_.bos_id() : std::nullopt;
  if (bos) ids.insert(ids.begin(), *bos);
  return ids;
}

std::vector<std::int32_t> PromptFormat::ids(std::span<const ChatMessage> messages) const {
  return encoded(template_.render(with_system(messages)));
}

std::string PromptFormat::text(std::span<const ChatMessage> messages) const {
  return template_.render(with_system(messages)).text;
}

TrainingTokens PromptFormat::training(std::span<const ChatMessage> messages) const {
  const auto rendered = template_.render_training(with_system(messages));
  TrainingTokens result;
  result.turns_left_out = rendered.turns_left_out;
  std::size_t reached = 0;  // bytes that are tokens already
  const auto append = [&](std::size_t end, bool is_answer) {
    if (end <= reached && !result.ids.empty()) return;
    // Encoded from the beginning, since a tokenizer may treat the first characters of a text otherwise; where that
    // would change tokens which stand already, because one would reach over the border, the stretch is encoded by
    // itself.
    auto through = encoded(head(rendered.text, end));
    if (!std::equal(result.ids.begin(), result.ids.end(), through.begin(),
                    through.begin() + static_cast<std::ptrdiff_t>(std::min(result.ids.size(), through.size())))) {
      through = result.ids;
      const auto alone = tokenizer_.encode_marked(slice(rendered.text, reached, end));
      through.insert(through.end(), alone.begin(), alone.end());
    }
    result.is_answer.resize(through.size(), is_answer ? 1 : 0);
    result.ids = std::move(through);
    reached = end;
  };
  for (const auto& range : rendered.assistant) {
    append(range.begin, false);
    append(range.end, true);
  }
  append(rendered.text.text.size(), false);
  return result;
}

}  // namespace hone::policies
