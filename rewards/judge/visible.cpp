#include "rewards/judge/visible.h"

#include <algorithm>
#include <cstdint>

namespace hone::rewards {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Length of the character that begins here, and the character; 0 where none does.
std::size_t decode(std::string_view text, char32_t& character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    character = first;
    return 1;
  }
  const std::size_t length = first >= 0xF0 && first <= 0xF4  ? 4
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xC2 && first < 0xE0 ? 2
                                                             : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  character = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return 0;
    }
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
  return character < kSmallest[length] || is_surrogate || character > 0x10FFFF ? 0 : length;
}

/// Zero-width and direction marks, tags, and their kin: they hide words from a search, and text from a reader.
bool is_invisible(char32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 ||
         c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) ||
         c == 0xFEFF || c == 0xFFA0 || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t character = 0;
    const std::size_t length = decode(text.substr(at), character);
    if (length == 0 || is_invisible(character)) {
      shown += kReplacement;
    } else if (character == '\r') {
      shown += at + 1 < text.size() && text[at + 1] == '\n' ? "" : "\n";
    } else if ((character < 0x20 && character != '\n' && character != '\t') || character == 0x7F) {
      // U+2400 and on are the pictures of the control characters, U+2421 that of DEL.
      shown += "\xE2\x90";
      shown += static_cast<char>(character == 0x7F ? 0xA1 : 0x80 + character);
    } else {
      shown += text.substr(at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return shown;
}

std::string without_middle(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) {
    return std::string(text);
  }
  std::size_t head = most_bytes / 2;
  std::size_t tail = text.size() - (most_bytes - head);
  while (head > 0 && continues(text[head])) {
    --head;
  }
  while (tail < text.size() && continues(text[tail])) {
    ++tail;
  }
  return std::string(text.substr(0, head)) + "\n[… " + std::to_string(tail - head) + " bytes left out …]\n" +
         std::string(text.substr(tail));
}

}  // namespace hone::rewards
