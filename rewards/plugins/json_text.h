#pragma once

#include <string>
#include <string_view>

namespace hone::rewards::plugins {

/// Appends the text as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD; line ends are escaped,
/// so the whole stays one line.
void append_json_string(std::string& out, std::string_view text);

/// The length of the UTF-8 character at `at`, 0 where there is none.
[[nodiscard]] std::size_t character_length(std::string_view text, std::size_t at);

[[nodiscard]] bool is_utf8(std::string_view text);

/// Makes a line out of strange hands fit for the JSON reader. NaN, Infinity and -Infinity, which Python's json writes
/// for numbers that JSON has no word for, become strings of the same length, so that one sample is refused and not the
/// line. False where brackets are nested deeper than 32.
[[nodiscard]] bool tame_json(std::string& line);

}  // namespace hone::rewards::plugins
