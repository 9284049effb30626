#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hone::rewards {

/// Text as it looks: bytes that are no UTF-8 and characters that cannot be seen become U+FFFD, control characters the
/// pictures of them; line ends are \n. Linear.
[[nodiscard]] std::string visible(std::string_view text);

/// Without its middle when longer than `most_bytes`, which a note in its place says. Cuts between characters.
[[nodiscard]] std::string without_middle(std::string_view text, std::size_t most_bytes);

}  // namespace hone::rewards
