#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hone::policies {

/// A code point and how many bytes spell it.
struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The character that begins at `at`. The text must be valid UTF-8.
[[nodiscard]] inline Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (first < 0xF0) return {(first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

/// Where the character before `at` begins. Needs at > 0.
[[nodiscard]] inline std::size_t previous_character(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

void append_utf8(char32_t code, std::string& text);
/// How many code points a valid text has.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// Unicode's White_Space, as Rust's char::is_whitespace and Oniguruma's \s have it.
[[nodiscard]] bool is_white_space(char32_t code);
/// Categories Nd, Nl and No: Rust's char::is_numeric.
[[nodiscard]] bool is_numeric(char32_t code);
/// ASCII's punctuation, and Unicode's categories P.
[[nodiscard]] bool is_punctuation(char32_t code);
/// \w of Rust's regular expressions: letters, marks, decimal digits, connectors, joiners.
[[nodiscard]] bool is_word_character(char32_t code);

}  // namespace hone::policies
