#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text that others wrote, made safe to show.
namespace hone::report {

/// For a terminal: control characters, invalid UTF-8 and marks that reorder text become \x1b or \u202e; newlines stay.
[[nodiscard]] std::string printable(std::string_view text);

/// For HTML and SVG, in content and in quoted attributes; invalid UTF-8 and control characters become U+FFFD.
[[nodiscard]] std::string html_escape(std::string_view text);

/// Columns on a terminal, taking each code point as one.
[[nodiscard]] std::size_t display_width(std::string_view utf8);
/// At most `columns` columns, the last an ellipsis where something was cut off.
[[nodiscard]] std::string clip(std::string_view utf8, std::size_t columns);
/// Filled with spaces up to `columns`.
[[nodiscard]] std::string pad_right(std::string text, std::size_t columns);

}  // namespace hone::report
