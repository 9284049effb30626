// Templates that need no folder. Their text is what the families' published templates give.
#include <algorithm>
#include <array>

#include "core/error.h"
#include "policies/chat/chat_template.h"
#include "policies/chat/parsed_template.h"

namespace hone::policies {
namespace {

constexpr std::string_view kPlain = "{% for message in messages %}{{ message.content + '\\n' }}{% endfor %}";

constexpr std::string_view kChatml = R"(
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %})";

constexpr std::string_view kLlama3 = R"(
{{- bos_token }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' + message.content | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %})";

// There is no role of the system: Gemma 3's template puts its words before the user's first.
constexpr std::string_view kGemma = R"(
{{- bos_token }}
{%- set turns = namespace(before='') %}
{%- for message in messages %}
    {%- if message.role == 'system' and loop.first %}
        {%- set turns.before = message.content + '\n\n' %}
    {%- else %}
        {{- '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\n' }}
        {{- turns.before + message.content | trim + '<end_of_turn>\n' }}
        {%- set turns.before = '' %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<start_of_turn>model\n' }}
{%- endif %})";

constexpr std::string_view kDeepSeek = R"(
{{- bos_token }}
{%- for message in messages %}
    {%- if message.role == 'user' %}
        {{- 'User: ' + message.content + '\n\n' }}
    {%- elif message.role == 'assistant' %}
        {{- 'Assistant: ' + message.content + eos_token }}
    {%- elif message.role == 'system' %}
        {{- message.content + '\n\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- 'Assistant:' }}
{%- endif %})";

struct BuiltIn {
  std::string_view name, source, bos, eos;
};
constexpr std::array kBuiltIns{BuiltIn{"plain", kPlain, "", ""}, BuiltIn{"chatml", kChatml, "", ""},
                               BuiltIn{"llama3", kLlama3, "<|begin_of_text|>", "<|eot_id|>"},
                               BuiltIn{"gemma", kGemma, "<bos>", "<eos>"},
                               BuiltIn{"deepseek", kDeepSeek, "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"}};

}  // namespace

std::vector<std::string> chat_template_names() {
  std::vector<std::string> names;
  for (const auto& one : kBuiltIns) names.emplace_back(one.name);
  return names;
}

ChatTemplate ChatTemplate::built_in(std::string_view name) {
  const auto found =
      std::find_if(kBuiltIns.begin(), kBuiltIns.end(), [&](const BuiltIn& one) { return one.name == name; });
  if (found == kBuiltIns.end()) {
    std::string known;
    for (const auto& one : kBuiltIns) known += (known.empty() ? "" : ", ") + std::string(one.name);
    throw core::ConfigError("chat template is \"" + std::string(name) + "\", needs one of " + known);
  }
  auto parsed = std::make_shared<Parsed>();
  parsed->source = found->source;
  parsed->where = "the built-in chat template " + std::string(name);
  parsed->special_tokens = {{"bos_token", std::string(found->bos)}, {"eos_token", std::string(found->eos)}};
  parsed->leaves_bos_to_caller = found->bos.empty();
  parsed->root = jinja::parse(parsed->source);
  return ChatTemplate(std::move(parsed));
}

}  // namespace hone::policies
