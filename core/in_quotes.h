#pragma once

#include <string>
#include <string_view>

namespace hone::core {

/// Text out of a file, fit for a message: in quotes, one line of printable ASCII with JSON's escapes, cut behind 120
/// bytes.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace hone::core
