#include "policies/tokenizers/unicode_normalization.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "core/error.h"
#include "policies/tokenizers/characters.h"

namespace hone::policies {
namespace {

struct CodeRange {
  char32_t low;
  char32_t high;
};

/// Characters with NFC_Quick_Check=Yes and combining class 0: a text of these alone is in NFC. Not all of them; those
/// that texts are full of. Source: Unicode 15, DerivedNormalizationProps.txt and DerivedCombiningClass.txt.
constexpr CodeRange kInertInNfc[] = {{0x0000, 0x02FF}, {0x0400, 0x0482},  {0x048A, 0x0530}, {0x2002, 0x20CF},
                                     {0x2190, 0x2328}, {0x2460, 0x2ADB},  {0x3001, 0x3029}, {0x3030, 0x3098},
                                     {0x309B, 0x30FF}, {0x4E00, 0x9FFF},  {0xAC00, 0xD7A3}, {0xFE0E, 0xFE0F},
                                     {0xFF01, 0xFFEF}, {0x1F300, 0x1FAFF}};

bool is_inert_in_nfc(char32_t code) {
  // U+2126, U+212A and U+212B are other characters' doubles.
  if (code == 0x2126 || code == 0x212A || code == 0x212B) return false;
  for (const auto& range : kInertInNfc) {
    if (code <= range.high) return code >= range.low;
  }
  return false;
}

bool is_in_form(std::string_view text, NormalizationForm form) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    if (form != NormalizationForm::kNfc) return false;
    const auto character = character_at(text, at);
    if (!is_inert_in_nfc(character.code)) return false;
    at += character.bytes;
  }
  return true;
}

utf8proc_option_t options_of(NormalizationForm form) {
  int options = UTF8PROC_STABLE;
  const bool composes = form == NormalizationForm::kNfc || form == NormalizationForm::kNfkc;
  options |= composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
  if (form == NormalizationForm::kNfkc || form == NormalizationForm::kNfkd) options |= UTF8PROC_COMPAT;
  return static_cast<utf8proc_option_t>(options);
}

struct Free {
  void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

/// Rust's full mapping differs from the simple one in this character alone: a dotted I keeps its dot.
constexpr char32_t kDottedCapitalI = 0x130;

}  // namespace

std::optional<NormalizationForm> normalization_form(std::string_view name) {
  if (name == "NFC") return NormalizationForm::kNfc;
  if (name == "NFD") return NormalizationForm::kNfd;
  if (name == "NFKC") return NormalizationForm::kNfkc;
  if (name == "NFKD") return NormalizationForm::kNfkd;
  return std::nullopt;
}

bool normalize_unicode(std::string_view text, NormalizationForm form, std::string& out) {
  if (is_in_form(text, form)) return false;
  utf8proc_uint8_t* bytes = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &bytes, options_of(form));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(bytes);
  if (length < 0) throw core::DataError("a text cannot be normalized: " + std::string(utf8proc_errmsg(length)));
  out.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  return true;
}

bool lower_case(std::string_view text, std::string& out) {
  std::string lower;
  lower.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto character = character_at(text, at);
    at += character.bytes;
    if (character.code == kDottedCapitalI) {
      lower += "i\xCC\x87";
    } else {
      append_utf8(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(character.code))), lower);
    }
  }
  if (lower == text) return false;
  out = std::move(lower);
  return true;
}

}  // namespace hone::policies
