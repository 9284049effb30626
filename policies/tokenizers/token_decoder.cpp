#include "policies/tokenizers/token_decoder.h"

#include <charconv>

#include "core/error.h"
#include "policies/tokenizers/byte_alphabet.h"
#include "policies/tokenizers/normalizer.h"

namespace hone::policies {
namespace {

constexpr std::int64_t kMaxStrip = 1 << 20;
constexpr std::size_t kMostGrowth = 256;

std::string replaced(std::string_view text, std::string_view old, std::string_view content) {
  std::string result;
  for (auto found = text.find(old); found != std::string_view::npos; found = text.find(old)) {
    result.append(text.substr(0, found)).append(content);
    text.remove_prefix(found + old.size());
  }
  return result.append(text);
}

/// <0xAB>, in either case.
bool read_byte_token(std::string_view token, unsigned char& byte) {
  if (token.size() != 6 || token.substr(0, 3) != "<0x" || token.back() != '>') return false;
  const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, byte, 16);
  return error == std::errc{} && end == token.data() + 5;
}

}  // namespace

TokenDecoder::TokenDecoder(const JsonView& json) : source_(json.source()) {
  add(json);
}

void TokenDecoder::add(const JsonView& json) {
  const auto type = json.at("type").string();
  if (is_byte_level_) json.complain("follows a ByteLevel, needs to stand before it");
  if (type == "Sequence") {
    const auto inner = json.at("decoders");
    for (std::size_t i = 0; i < inner.size(); ++i) add(inner.element(i));
  } else if (type == "ByteLevel") {
    is_byte_level_ = true;
  } else if (type == "Fuse") {
    is_fused_ = true;
  } else if (type == "ByteFallback") {
    has_byte_tokens_ = true;
  } else if (type == "Replace") {
    if (is_fused_ || has_byte_tokens_) json.complain("is a Replace after ByteFallback or Fuse, needs to stand before");
    replacements_.emplace_back(read_string_pattern(json.at("pattern")), read_content(json.at("content")));
  } else if (type == "Metaspace") {
    const auto mark = json.at("replacement");
    if (mark.string().empty()) mark.refuse("one character");
    replacements_.emplace_back(mark.string(), " ");
    const auto scheme =
        json.string_or("prepend_scheme", json.boolean_or("add_prefix_space", true) ? "always" : "never");
    strips_leading_space_ = scheme != "never";
  } else if (type == "Strip") {
    add_strip(json);
  } else {
    json.at("type").refuse("ByteLevel, Metaspace, Sequence, Replace, ByteFallback, Fuse or Strip");
  }
}

void TokenDecoder::add_strip(const JsonView& json) {
  if (!is_fused_) json.complain("is a Strip of every token, needs to follow a Fuse");
  const auto content = json.at("content");
  if (content.string() != " ") content.refuse("\" \"");
  if (json.at("stop").integer(0, kMaxStrip) != 0) json.at("stop").refuse("0");
  const auto start = json.at("start").integer(0, kMaxStrip);
  if (start > 1) json.at("start").refuse("0 or 1");
  strips_leading_space_ |= start == 1;
}

std::string TokenDecoder::bytes(std::string_view token) const {
  std::string text(token);
  for (const auto& [old, content] : replacements_) {
    text = replaced(text, old, content);
    if (text.size() > kMostGrowth * (token.size() + 1)) {
      throw core::DataError(source_ + ": decoder makes " + std::to_string(text.size()) + " bytes of the token " +
                            shown(token));
    }
  }
  unsigned char byte = 0;
  if (has_byte_tokens_ && read_byte_token(text, byte)) return std::string(1, static_cast<char>(byte));
  if (is_byte_level_) {
    if (auto bytes = bytes_of_alphabet(text)) return std::move(*bytes);
  }
  return text;
}

}  // namespace hone::policies
