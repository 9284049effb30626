#include "policies/chat_template.h"

#include <algorithm>
#include <array>

#include "core/error.h"

namespace hone::policies {
namespace {

std::string plain(std::span<const ChatMessage> messages) {
  std::string prompt;
  for (const auto& message : messages) prompt += message.content + "\n";
  return prompt;
}

std::string chatml(std::span<const ChatMessage> messages) {
  std::string prompt;
  for (const auto& message : messages)
    prompt += "<|im_start|>" + message.role + "\n" + message.content + "<|im_end|>\n";
  return prompt + "<|im_start|>assistant\n";
}

struct Template {
  std::string_view name;
  std::string (*render)(std::span<const ChatMessage>);
};
constexpr std::array kTemplates{Template{"plain", plain}, Template{"chatml", chatml}};

}  // namespace

std::vector<std::string> chat_template_names() {
  std::vector<std::string> names;
  for (const auto& one : kTemplates) names.emplace_back(one.name);
  return names;
}

std::string render_prompt(std::string_view template_name, std::span<const ChatMessage> messages) {
  const auto found = std::find_if(kTemplates.begin(), kTemplates.end(),
                                  [&](const Template& one) { return one.name == template_name; });
  if (found != kTemplates.end()) return found->render(messages);
  std::string known;
  for (const auto& one : kTemplates) known += (known.empty() ? "" : ", ") + std::string(one.name);
  throw core::ConfigError("chat template is \"" + std::string(template_name) + "\", needs one of " + known);
}

}  // namespace hone::policies
