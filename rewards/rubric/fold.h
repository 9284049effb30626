#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::rubric {

/// A text with its spelling evened out: lower case (Latin, Greek, Cyrillic), every space a ' ', typographic quotes and
/// dashes plain, characters without width and control characters gone.
struct Folded {
  std::string text;
  std::vector<std::uint32_t> origin;  // byte i of `text` comes from byte origin[i]; one more entry for the end
};

/// Signs that folding writes as one byte that no text holds otherwise.
inline constexpr char kSectionSign = '\x01';
inline constexpr char kEuro = '\x02';
inline constexpr char kPound = '\x03';
inline constexpr char kTick = '\x04';
inline constexpr char kCross = '\x05';
inline constexpr char kLongDash = '\x06';
inline constexpr char kEllipsis = '\x07';

/// Linear. What is not UTF-8 becomes U+FFFD.
[[nodiscard]] Folded fold(std::string_view text);

/// The character that begins at `at`, which moves behind it. U+FFFD, and one byte, where there is none.
[[nodiscard]] char32_t next_character(std::string_view text, std::size_t& at);

/// Characters that cannot be seen and have no business in an answer: controls but tab and line ends, zero width, marks
/// of direction.
[[nodiscard]] bool is_hidden(char32_t character);

}  // namespace hone::rewards::rubric
