// The escapes of string literals: Python's unicode-escape.
#include <algorithm>

#include "policies/chat/jinja/lexer.h"
#include "policies/chat/jinja/text.h"

namespace hone::policies::jinja {
namespace {

void append_code_point(std::string& to, std::uint32_t code, int line) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) throw Failure("an escape is no character", line);
  if (code < 0x80) {
    to += static_cast<char>(code);
    return;
  }
  const int tails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  to += static_cast<char>((tails == 1 ? 0xC0U : tails == 2 ? 0xE0U : 0xF0U) | (code >> (6U * tails)));
  for (int tail = tails - 1; tail >= 0; --tail) to += static_cast<char>(0x80U | ((code >> (6U * tail)) & 0x3FU));
}

// The number that `digits` digits at `at` write.
std::uint32_t hex_number(std::string_view literal, std::size_t at, std::size_t digits, int line) {
  std::uint32_t code = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    const auto found = i < literal.size() ? std::string_view("0123456789abcdef0123456789ABCDEF").find(literal[i])
                                          : std::string_view::npos;
    if (found == std::string_view::npos) throw Failure("a \\x, \\u or \\U escape lacks digits", line);
    code = code * 16 + static_cast<std::uint32_t>(found % 16);
  }
  return code;
}

}  // namespace

std::string unescaped(std::string_view literal, int line) {
  constexpr std::string_view kLetters = "abfnrtv\\'\"";
  constexpr std::string_view kMeant = "\a\b\f\n\r\t\v\\'\"";
  std::string text;
  for (std::size_t at = 0; at < literal.size();) {
    if (literal[at] != '\\' || at + 1 >= literal.size()) {
      text += literal[at++];
      continue;
    }
    const char letter = literal[at + 1];
    at += 2;
    if (const auto found = kLetters.find(letter); found != std::string_view::npos) {
      text += kMeant[found];
    } else if (letter == 'x' || letter == 'u' || letter == 'U') {
      const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
      append_code_point(text, hex_number(literal, at, digits, line), line);
      at += digits;
    } else if (letter >= '0' && letter <= '7') {
      std::uint32_t code = static_cast<std::uint32_t>(letter - '0');
      for (int i = 0; i < 2 && at < literal.size() && literal[at] >= '0' && literal[at] <= '7'; ++i) {
        code = code * 8 + static_cast<std::uint32_t>(literal[at++] - '0');
      }
      append_code_point(text, code, line);
    } else if (letter != '\n') {
      text += '\\';
      text += letter;
    }
  }
  return text;
}

}  // namespace hone::policies::jinja
