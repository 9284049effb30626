#pragma once

#include <string>
#include <string_view>

namespace hone::rewards {

/// A model's text made fit for logs and JSON: at most 1,000 bytes, and bytes that are not UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string readable(std::string_view text);

}  // namespace hone::rewards
