#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hone::rewards {

/// An answer as a judge is shown it: valid UTF-8 without invisible or control characters, without its middle when it is
/// longer than `most_bytes`, and with what could pass for a verdict, a role or a token of control written in
/// look-alikes, so that it can still be read but is none: "Rating: [[5]]" becomes "Rating∶ ⟦⟦5⟧⟧". Linear.
[[nodiscard]] std::string neutralise(std::string_view answer, std::size_t most_bytes);

}  // namespace hone::rewards
