#include "report/text.h"

#include <cstdint>
#include <cstdio>

namespace hone::report {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool is_valid = false;
};

/// The first code point of a text that is not empty; where the bytes are no UTF-8, one invalid byte.
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) {
    return {lead, 1, false};
  }
  std::uint32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return {lead, 1, false};
    }
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[bytes] || value > 0x10FFFF || is_surrogate) {
    return {lead, 1, false};
  }
  return {value, bytes, true};
}

bool is_control(std::uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value < 0xA0);
}

/// Bidirectional controls, line separators and invisible marks: they can make a text look like another.
bool is_deceptive(std::uint32_t value) {
  return (value >= 0x200B && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
         (value >= 0x2060 && value <= 0x2069) || value == 0x061C || value == 0xFEFF;
}

std::string hex(const char* format, std::uint32_t value) {
  char buffer[16];
  std::snprintf(buffer, sizeof(buffer), format, static_cast<unsigned>(value));
  return buffer;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.is_valid || (is_control(point.value) && point.value != '\n')) {
      shown += point.value == '\t' ? std::string("\\t") : hex("\\x%02x", point.value);
    } else if (is_deceptive(point.value)) {
      shown += hex("\\u%04x", point.value);
    } else {
      shown += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
  return shown;
}

std::string html_escape(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.is_valid || (is_control(point.value) && point.value != '\n' && point.value != '\t')) {
      escaped += "\xEF\xBF\xBD";
    } else if (point.value == '&') {
      escaped += "&amp;";
    } else if (point.value == '<') {
      escaped += "&lt;";
    } else if (point.value == '>') {
      escaped += "&gt;";
    } else if (point.value == '"') {
      escaped += "&quot;";
    } else if (point.value == '\'') {
      escaped += "&#39;";
    } else {
      escaped += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
  return escaped;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t columns = 0;
  while (!utf8.empty()) {
    utf8.remove_prefix(first_code_point(utf8).bytes);
    ++columns;
  }
  return columns;
}

std::string clip(std::string_view utf8, std::size_t columns) {
  if (display_width(utf8) <= columns) {
    return std::string(utf8);
  }
  std::size_t bytes = 0;
  for (std::size_t column = 0; column + 1 < columns; ++column) {
    bytes += first_code_point(utf8.substr(bytes)).bytes;
  }
  return std::string(utf8.substr(0, bytes)) + (columns > 0 ? "…" : "");
}

std::string pad_right(std::string text, std::size_t columns) {
  const std::size_t width = display_width(text);
  text.append(width < columns ? columns - width : 0, ' ');
  return text;
}

}  // namespace hone::report
