// A Hugging Face folder's chat template and special tokens.
#include "core/error.h"
#include "core/files.h"
#include "policies/chat/chat_template.h"

namespace hone::policies {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{16} << 20;

using nlohmann::json;

json read_json(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return json::object();
  auto read = json::parse(core::read_bounded_file(path, kMaxFileBytes), nullptr, false);
  if (!read.is_object()) throw core::DataError(path.string() + ": needs a JSON object");
  return read;
}

// A token is written as its text, or as an object that holds it.
std::optional<std::string> token_text(const json& token) {
  if (token.is_string()) return token.get<std::string>();
  if (token.is_object() && token.contains("content") && token["content"].is_string()) {
    return token["content"].get<std::string>();
  }
  return {};
}

SpecialTokens special_tokens_of(const std::filesystem::path& folder, const json& tokenizer_config) {
  const auto map = read_json(folder / "special_tokens_map.json");
  SpecialTokens tokens;
  for (const auto* name :
       {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}) {
    auto text = token_text(tokenizer_config.value(name, json()));
    if (!text) text = token_text(map.value(name, json()));
    if (text) tokens.emplace_back(name, *text);
  }
  return tokens;
}

// "chat_template": one template, or several with names of which "default" is meant.
std::optional<std::string> template_in(const json& object, const std::string& where) {
  const auto value = object.value("chat_template", json());
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    for (const auto& one : value) {
      if (one.is_object() && one.value("name", json()) == "default" && one.value("template", json()).is_string()) {
        return one["template"].get<std::string>();
      }
    }
  }
  throw core::DataError(where + " needs a text, or a list of {name, template} with one named default");
}

}  // namespace

std::optional<ChatTemplate> ChatTemplate::of_folder(const std::filesystem::path& folder) {
  const auto config_path = folder / "tokenizer_config.json";
  const auto config = read_json(config_path);
  auto tokens = special_tokens_of(folder, config);
  if (const auto path = folder / "chat_template.jinja"; std::filesystem::exists(path)) {
    return parse(core::read_bounded_file(path, kMaxFileBytes), path.string(), std::move(tokens));
  }
  for (const auto& path : {folder / "chat_template.json", config_path}) {
    const auto where = path.string() + ": chat_template";
    if (const auto source = template_in(read_json(path), where)) return parse(*source, where, std::move(tokens));
  }
  return {};
}

}  // namespace hone::policies
