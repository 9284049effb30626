// Values as Python and JSON write them.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include "policies/chat/jinja/value.h"

namespace hone::policies::jinja {
namespace {

std::string hex(std::uint32_t code, std::size_t digits) {
  std::string text(digits, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, code >>= 4U) *digit = "0123456789abcdef"[code & 15U];
  return text;
}

// A stretch of `from` that is written as it is, or in other characters of the same hand.
void append_as(MarkedText& to, const MarkedText& from, std::size_t begin, std::size_t end, std::string_view written) {
  const auto piece = slice(from, begin, end);
  const bool is_trusted = piece.trusted.size() == 1 && piece.trusted[0] == TextRange{0, end - begin};
  append(to, is_trusted ? trusted_text(written) : untrusted_text(written));
}

std::uint32_t code_point(std::string_view text, std::size_t at) {
  const auto size = character_size(text, at);
  auto code = static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  if (size > 1) code &= 0xFFU >> (size + 1);
  for (std::size_t i = 1; i < size; ++i) code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return code;
}

std::string python_escape(std::string_view text, std::size_t at, char quote) {
  const auto code = code_point(text, at);
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  if (code == '\\') return "\\\\";
  if (code == static_cast<std::uint32_t>(quote)) return {'\\', quote};
  if (code < 32 || code == 127 || (code >= 0x80 && code < 0xA1) || code == 0xAD) return "\\x" + hex(code, 2);
  if (code > 0xFF && (white_size(text, at) > 0 || (code >= 0x200B && code <= 0x200F) || code == 0xFEFF)) {
    return "\\u" + hex(code, 4);
  }
  return {};
}

std::string json_escape(std::string_view text, std::size_t at, bool ensures_ascii) {
  const auto code = code_point(text, at);
  constexpr std::string_view kPlain = "\"\\\n\r\t\f\b";
  constexpr std::string_view kLetters = "\"\\nrtfb";
  if (code < 0x80) {
    const auto found = kPlain.find(static_cast<char>(code));
    if (found != std::string_view::npos) return {'\\', kLetters[found]};
    return code < 32 ? "\\u" + hex(code, 4) : "";
  }
  if (!ensures_ascii) return {};
  if (code < 0x10000) return "\\u" + hex(code, 4);
  return "\\u" + hex(0xD800 + ((code - 0x10000) >> 10U), 4) + "\\u" + hex(0xDC00 + ((code - 0x10000) & 0x3FFU), 4);
}

template <typename Escape>
MarkedText escaped(const MarkedText& text, char quote, const Escape& escape) {
  auto result = trusted_text(std::string_view(&quote, 1));
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.text.size();) {
    const auto size = character_size(text.text, at);
    if (const std::string written = escape(at); !written.empty()) {
      append(result, slice(text, begin, at));
      append_as(result, text, at, at + size, written);
      begin = at + size;
    }
    at += size;
  }
  append(result, slice(text, begin, text.text.size()));
  append_trusted(result, std::string_view(&quote, 1));
  return result;
}

MarkedText represented_text(const MarkedText& text) {
  const bool has_single = text.text.find('\'') != std::string::npos;
  const char quote = has_single && text.text.find('"') == std::string::npos ? '"' : '\'';
  return escaped(text, quote, [&](std::size_t at) { return python_escape(text.text, at, quote); });
}

MarkedText json_text(const MarkedText& text, bool ensures_ascii) {
  return escaped(text, '"', [&](std::size_t at) { return json_escape(text.text, at, ensures_ascii); });
}

// Into one text: a copy at each level would cost more than the text.
void represent(MarkedText& out, const Value& value);

void represent_array(MarkedText& out, const Array& array) {
  append_trusted(out, array.is_tuple ? "(" : "[");
  for (std::size_t i = 0; i < array.items.size(); ++i) {
    if (i > 0) append_trusted(out, ", ");
    represent(out, array.items[i]);
  }
  if (array.is_tuple && array.items.size() == 1) append_trusted(out, ",");
  append_trusted(out, array.is_tuple ? ")" : "]");
}

void represent_mapping(MarkedText& out, const Mapping& mapping) {
  append_trusted(out, "{");
  for (std::size_t i = 0; i < mapping.entries.size(); ++i) {
    if (i > 0) append_trusted(out, ", ");
    represent(out, mapping.entries[i].first);
    append_trusted(out, ": ");
    represent(out, mapping.entries[i].second);
  }
  append_trusted(out, "}");
}

void represent(MarkedText& out, const Value& value) {
  if (const auto* text = value.as_text()) {
    append(out, represented_text(*text));
  } else if (const auto* array = value.as_array()) {
    represent_array(out, *array);
  } else if (const auto* mapping = value.as_mapping()) {
    represent_mapping(out, *mapping);
  } else {
    append(out, value.as_undefined() != nullptr ? trusted_text("Undefined") : printed(value));
  }
}

class JsonWriter {
 public:
  explicit JsonWriter(const JsonStyle& style) : style_(style) {}

  MarkedText take() { return std::move(out_); }

  void write(const Value& value, int level) {
    if (const auto* text = value.as_text()) {
      append(out_, json_text(*text, style_.ensures_ascii));
    } else if (const auto* array = value.as_array()) {
      open("[", array->items.size());
      for (std::size_t i = 0; i < array->items.size(); ++i) {
        begin_item(i, level + 1);
        write(array->items[i], level + 1);
      }
      close("]", array->items.size(), level);
    } else if (const auto* mapping = value.as_mapping()) {
      write_mapping(*mapping, level);
    } else {
      append_trusted(out_, scalar(value));
    }
  }

 private:
  static std::string scalar(const Value& value) {
    if (value.is_none()) return "null";
    if (const auto* boolean = value.as_boolean()) return *boolean ? "true" : "false";
    if (const auto* integer = value.as_integer()) return std::to_string(*integer);
    if (const auto* real = value.as_real()) {
      if (std::isnan(*real)) return "NaN";
      return std::isinf(*real) ? (*real > 0 ? "Infinity" : "-Infinity") : real_text(*real);
    }
    throw Failure("Object of type " + type_name(value) + " is not JSON serializable");
  }

  void write_mapping(const Mapping& mapping, int level) {
    std::vector<std::size_t> order(mapping.entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (style_.sorts_keys) {
      std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
        return compared(mapping.entries[one].first, mapping.entries[other].first) < 0;
      });
    }
    open("{", order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto& [key, value] = mapping.entries[order[i]];
      begin_item(i, level + 1);
      const auto* text = key.as_text();
      append(out_, json_text(text != nullptr ? *text : trusted_text(scalar(key)), style_.ensures_ascii));
      append_trusted(out_, style_.key_separator);
      write(value, level + 1);
    }
    close("}", order.size(), level);
  }

  void open(std::string_view bracket, std::size_t /*size*/) { append_trusted(out_, bracket); }
  void close(std::string_view bracket, std::size_t size, int level) {
    if (size > 0) new_line(level);
    append_trusted(out_, bracket);
  }
  void begin_item(std::size_t index, int level) {
    if (index > 0) append_trusted(out_, style_.item_separator);
    new_line(level);
  }
  void new_line(int level) {
    if (style_.indent < 0) return;
    append_trusted(out_, "\n" + std::string(static_cast<std::size_t>(style_.indent * level), ' '));
  }

  const JsonStyle& style_;
  MarkedText out_;
};

}  // namespace

std::string real_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 64> buffer{};
  const auto exponent_of = [&] {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    return std::stoi(std::string(text.substr(text.find('e') + 1)));
  };
  const auto exponent = value == 0 ? 0 : exponent_of();
  const auto format = exponent < -4 || exponent >= 16 ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  std::string text(buffer.data(), end.ptr);
  if (format == std::chars_format::fixed && text.find('.') == std::string::npos) text += ".0";
  return text;
}

MarkedText represented(const Value& value) {
  MarkedText out;
  represent(out, value);
  return out;
}

MarkedText printed(const Value& value) {
  if (const auto* text = value.as_text()) return *text;
  if (value.as_undefined() != nullptr) return {};
  if (value.is_none()) return trusted_text("None");
  if (const auto* boolean = value.as_boolean()) return trusted_text(*boolean ? "True" : "False");
  if (const auto* integer = value.as_integer()) return trusted_text(std::to_string(*integer));
  if (const auto* real = value.as_real()) return trusted_text(real_text(*real));
  if (value.as_array() != nullptr || value.as_mapping() != nullptr) return represented(value);
  throw Failure("a " + type_name(value) + " cannot be printed");
}

MarkedText to_json(const Value& value, const JsonStyle& style) {
  JsonWriter writer(style);
  writer.write(value, 0);
  return writer.take();
}

}  // namespace hone::policies::jinja
