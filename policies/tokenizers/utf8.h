#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/text_range.h"

namespace hone::policies {

/// How many bytes at the end begin a UTF-8 character that more bytes could still complete; 0 to 3.
[[nodiscard]] std::size_t unfinished_tail(std::string_view bytes);

/// The text with U+FFFD in place of each malformed sequence, as Python's bytes.decode("utf-8", "replace") gives it.
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

/// The same, and `ranges`, ascending and disjoint, then stand where they stood in `bytes`. A malformed sequence that
/// lies partly outside a range is outside it.
[[nodiscard]] std::string valid_utf8(std::string_view bytes, std::vector<TextRange>& ranges);

[[nodiscard]] bool is_valid_utf8(std::string_view bytes);

}  // namespace hone::policies
