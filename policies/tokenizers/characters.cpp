#include "policies/tokenizers/characters.h"

#include <utf8proc.h>

#include <algorithm>

namespace hone::policies {
namespace {

utf8proc_category_t category(char32_t code) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

bool is_between(char32_t code, char32_t low, char32_t high) {
  return code >= low && code <= high;
}

/// The symbols that Unicode counts as alphabetic though their category is So: circled and squared letters.
bool is_letter_in_a_frame(char32_t code) {
  return is_between(code, 0x24B6, 0x24E9) || is_between(code, 0x1F130, 0x1F149) || is_between(code, 0x1F150, 0x1F169) ||
         is_between(code, 0x1F170, 0x1F189);
}

}  // namespace

void append_utf8(char32_t code, std::string& text) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

bool is_white_space(char32_t code) {
  if (code < 0x80) return code == ' ' || is_between(code, 0x09, 0x0D);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || is_between(code, 0x2000, 0x200A) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_numeric(char32_t code) {
  if (code < 0x80) return is_between(code, '0', '9');
  const auto is = category(code);
  return is == UTF8PROC_CATEGORY_ND || is == UTF8PROC_CATEGORY_NL || is == UTF8PROC_CATEGORY_NO;
}

bool is_punctuation(char32_t code) {
  if (code < 0x80) {
    return is_between(code, '!', '/') || is_between(code, ':', '@') || is_between(code, '[', '`') ||
           is_between(code, '{', '~');
  }
  const auto is = category(code);
  return is >= UTF8PROC_CATEGORY_PC && is <= UTF8PROC_CATEGORY_PO;
}

bool is_word_character(char32_t code) {
  if (code < 0x80) {
    return is_between(code, 'a', 'z') || is_between(code, 'A', 'Z') || is_between(code, '0', '9') || code == '_';
  }
  if (code == 0x200C || code == 0x200D || is_letter_in_a_frame(code)) return true;
  const auto is = category(code);
  return (is >= UTF8PROC_CATEGORY_LU && is <= UTF8PROC_CATEGORY_NL) || is == UTF8PROC_CATEGORY_PC;
}

}  // namespace hone::policies
