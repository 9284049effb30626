#include "policies/chat/chat_template.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "core/error.h"
#include "policies/chat/jinja/lexer.h"
#include "policies/chat/jinja/renderer.h"
#include "policies/chat/parsed_template.h"
#include "policies/tokenizers/utf8.h"

namespace hone::policies {
namespace {

using jinja::Value;

std::string line_of(std::string_view source, int line) {
  for (; line > 1; --line) {
    const auto newline = source.find('\n');
    if (newline == std::string_view::npos) return {};
    source.remove_prefix(newline + 1);
  }
  source = source.substr(0, source.find('\n'));
  const auto text = jinja::stripped(jinja::untrusted_text(source), jinja::Side::kBoth, {}).text;
  constexpr std::size_t kShown = 160;
  if (text.size() <= kShown) return text;
  const auto starts = jinja::character_starts(text);
  return text.substr(0, *(std::upper_bound(starts.begin(), starts.end(), kShown) - 1)) + "…";
}

/// One line for a terminal out of what a template says, which is foreign text.
std::string one_line(std::string text) {
  constexpr std::size_t kShown = 600;
  const bool cut = text.size() > kShown;
  if (cut) text.resize(kShown);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return valid_utf8(text) + (cut ? "…" : "");
}

[[noreturn]] void refuse(const std::string& where, std::string_view source, const jinja::Failure& failure) {
  auto message = where + ", line " + std::to_string(failure.line()) + ": " + one_line(failure.what());
  if (dynamic_cast<const jinja::Raised*>(&failure) == nullptr)
    message += ": " + one_line(line_of(source, failure.line()));
  throw core::DataError(message);
}

Value from_json(const nlohmann::ordered_json& json, int depth) {
  if (depth > jinja::kMaxValueDepth) throw core::DataError("a chat template's variables are nested too deep");
  if (json.is_null()) return Value::none();
  if (json.is_boolean()) return Value::boolean(json.get<bool>());
  if (json.is_number_float()) return Value::real(json.get<double>());
  if (json.is_number()) return Value::integer(json.get<std::int64_t>());
  if (json.is_string()) return {jinja::untrusted_text(json.get_ref<const std::string&>())};
  if (json.is_array()) {
    std::vector<Value> items;
    for (const auto& item : json) items.push_back(from_json(item, depth + 1));
    return jinja::make_list(std::move(items));
  }
  std::vector<std::pair<Value, Value>> entries;
  for (const auto& [key, value] : json.items()) {
    entries.emplace_back(jinja::untrusted_text(key), from_json(value, depth + 1));
  }
  return jinja::make_mapping(std::move(entries));
}

// A role is part of control tokens such as <|user|>, so those that are known are the template's own words.
bool is_known_role(std::string_view role) {
  static constexpr std::array<std::string_view, 8> kRoles = {"system", "user",  "assistant", "tool",
                                                             "model",  "human", "developer", "ipython"};
  return std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end();
}

Value messages_value(std::span<const ChatMessage> messages) {
  std::vector<Value> all;
  for (const auto& message : messages) {
    auto role = is_known_role(message.role) ? jinja::trusted_text(message.role) : jinja::untrusted_text(message.role);
    all.push_back(jinja::make_mapping({{jinja::trusted_text("role"), std::move(role)},
                                       {jinja::trusted_text("content"), jinja::untrusted_text(message.content)}}));
  }
  return jinja::make_list(std::move(all));
}

bool is_date(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    const auto* end = date.data() + at + size;
    const auto read = std::from_chars(date.data() + at, end, value);
    return read.ptr == end ? value : -1;
  };
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  return number(0, 4) >= 1000 && month > 0 && day > 0 &&
         (std::chrono::year(number(0, 4)) / std::chrono::month(static_cast<unsigned>(month)) /
          std::chrono::day(static_cast<unsigned>(day)))
             .ok();
}

Value strftime_now(const std::string& date) {
  if (!is_date(date)) throw core::ConfigError("date is \"" + date + "\", needs a day such as 2024-07-26");
  auto function = std::make_shared<jinja::Callable>();
  function->name = "strftime_now";
  function->self = jinja::trusted_text(date);
  return {Value::Data(std::shared_ptr<const jinja::Callable>(std::move(function)))};
}

// The first of a name counts: what the caller gives goes before the defaults.
jinja::Variables variables_of(std::span<const ChatMessage> messages, const RenderOptions& options,
                              bool add_generation_prompt, const SpecialTokens& special_tokens) {
  jinja::Variables variables;
  variables.emplace_back("messages", messages_value(messages));
  variables.emplace_back("add_generation_prompt", Value::boolean(add_generation_prompt));
  if (options.date) variables.emplace_back("strftime_now", strftime_now(*options.date));
  for (const auto& [name, value] : options.variables.items()) variables.emplace_back(name, from_json(value, 0));
  for (const auto& [name, text] : special_tokens) variables.emplace_back(name, jinja::trusted_text(text));
  variables.emplace_back("tools", Value::none());
  variables.emplace_back("documents", Value::none());
  return variables;
}

}  // namespace

ChatTemplate ChatTemplate::parse(std::string_view source, const std::string& where, SpecialTokens special_tokens) {
  auto parsed = std::make_shared<Parsed>();
  parsed->source = jinja::normalized_source(source);
  parsed->where = where;
  parsed->special_tokens = std::move(special_tokens);
  try {
    parsed->root = jinja::parse(parsed->source);
  } catch (const jinja::Failure& failure) {
    refuse(where, parsed->source, failure);
  }
  return ChatTemplate(std::move(parsed));
}

ChatTemplate::Rendered ChatTemplate::run(std::span<const ChatMessage> messages, const RenderOptions& options,
                                         bool add_generation_prompt) const {
  try {
    auto variables = variables_of(messages, options, add_generation_prompt, parsed_->special_tokens);
    auto rendering = jinja::render(parsed_->root, std::move(variables));
    return {std::move(rendering.text), std::move(rendering.generated)};
  } catch (const jinja::Failure& failure) {
    refuse(parsed_->where, parsed_->source, failure);
  }
}

MarkedText ChatTemplate::render(std::span<const ChatMessage> messages, const RenderOptions& options) const {
  return run(messages, options, options.add_generation_prompt).text;
}

bool ChatTemplate::leaves_bos_to_caller() const {
  return parsed_->leaves_bos_to_caller;
}

}  // namespace hone::policies
