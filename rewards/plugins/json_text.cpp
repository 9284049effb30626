#include "rewards/plugins/json_text.h"

#include <array>
#include <cstdint>

namespace hone::rewards::plugins {
namespace {

bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

void append_escaped(std::string& out, unsigned char byte) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
  }
}

/// The end of the string that begins at `at`, its quotes included.
std::size_t string_end(std::string_view line, std::size_t at) {
  for (std::size_t i = at + 1; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      return i + 1;
    }
  }
  return line.size();
}

/// Turns a word that is no JSON into a string of its length.
void quote_word(std::string& line, std::size_t at, std::string_view word) {
  if (std::string_view(line).substr(at, word.size()) == word) {
    line[at] = line[at + word.size() - 1] = '"';
    if (at > 0 && line[at - 1] == '-') {
      line[at - 1] = ' ';
    }
  }
}

}  // namespace

std::size_t character_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text, at + i)) {
      return 0;
    }
  }
  // Not overlong, no surrogate, at most U+10FFFF: all three are told by the second byte.
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool is_strange = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                          (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return is_strange ? 0 : length;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = character_length(text, i);
    if (length == 0) {
      return false;
    }
    i += length;
  }
  return true;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;  // of what is copied as it is
  std::size_t i = 0;
  const auto flush = [&] { out.append(text.substr(begin, i - begin)); };
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_plain(byte)) {
      ++i;
      continue;
    }
    const std::size_t length = character_length(text, i);
    if (byte >= 0x80 && length > 0) {
      i += length;
      continue;
    }
    flush();
    if (byte >= 0x80) {
      out += "\xEF\xBF\xBD";
    } else {
      append_escaped(out, byte);
    }
    begin = ++i;
  }
  flush();
  out += '"';
}

bool tame_json(std::string& line) {
  constexpr int kDeepest = 32;
  int depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    switch (line[i]) {
      case '"':
        i = string_end(line, i) - 1;
        break;
      case '[':
      case '{':
        if (++depth > kDeepest) {
          return false;
        }
        break;
      case ']':
      case '}':
        --depth;
        break;
      case 'N':
        quote_word(line, i, "NaN");
        i += line[i] == '"' ? 2 : 0;
        break;
      case 'I':
        quote_word(line, i, "Infinity");
        i += line[i] == '"' ? 7 : 0;
        break;
      default:
        break;
    }
  }
  return true;
}

}  // namespace hone::rewards::plugins
