#pragma once

#include <cstddef>
#include <string_view>

namespace hone::rewards {

/// Small cuts that the extraction of answers is made of. ASCII case only; views into the text given.

/// Where `what`, in small letters, last begins in the text in any case; npos where it does not.
[[nodiscard]] std::size_t rfind_ignoring_case(std::string_view text, std::string_view what);
/// `start` in small letters.
[[nodiscard]] bool starts_with_ignoring_case(std::string_view text, std::string_view start);
[[nodiscard]] std::string_view first_line(std::string_view text);
/// Without Markdown's stars and underscores, and without space, at both ends.
[[nodiscard]] std::string_view strip_marks(std::string_view text);
/// Up to the end of the sentence or line: a full stop counts only before a space or the end, so 3.5 stays whole.
[[nodiscard]] std::string_view first_sentence(std::string_view text);

}  // namespace hone::rewards
