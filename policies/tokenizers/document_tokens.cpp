#include "policies/tokenizers/document_tokens.h"

namespace hone::policies {
namespace {

/// {"single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
///  "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
std::optional<std::int32_t> template_token(const JsonView& json, const BpeVocabulary& vocabulary) {
  const auto single = json.at("single");
  std::optional<std::int32_t> token;
  for (std::size_t i = 0; i < single.size(); ++i) {
    const auto piece = single.element(i);
    const auto special = piece.find("SpecialToken");
    if (!special) break;
    const auto name = special->at("id");
    const auto ids = json.at("special_tokens").at(name.string().c_str()).at("ids");
    if (token || ids.size() != 1) single.complain("puts several tokens before the text, needs at most one");
    token = static_cast<std::int32_t>(ids.element(0).integer(0, vocabulary.size() - 1));
  }
  return token;
}

}  // namespace

std::optional<std::int32_t> leading_token(const JsonView& post_processor, const BpeVocabulary& vocabulary) {
  if (post_processor.is_null()) return std::nullopt;
  const auto type = post_processor.at("type").string();
  if (type == "ByteLevel") return std::nullopt;
  if (type == "TemplateProcessing") return template_token(post_processor, vocabulary);
  if (type != "Sequence") post_processor.at("type").refuse("TemplateProcessing, ByteLevel or Sequence");
  const auto inner = post_processor.at("processors");
  std::optional<std::int32_t> token;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const auto found = leading_token(inner.element(i), vocabulary);
    if (found && token) inner.complain("puts several tokens before the text, needs at most one");
    if (found) token = found;
  }
  return token;
}

std::optional<std::int32_t> named_token(const JsonView& config, const char* key, const BpeVocabulary& vocabulary) {
  const auto token = config.find(key);
  if (!token) return std::nullopt;
  const auto name = token->value().is_object() ? token->at("content") : *token;
  const auto id = vocabulary.id(name.string());
  if (!id) name.refuse("a token of the vocabulary");
  return id;
}

}  // namespace hone::policies
