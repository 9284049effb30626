#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace hone::rewards {

/// Seconds to wait by a header Retry-After: a count, or a date as in "Sun, 06 Nov 1994 08:49:37 GMT", 0 when it is
/// past. Nothing where it is neither. Source: RFC 9110, section 10.2.3 and 5.6.7 (IMF-fixdate).
[[nodiscard]] std::optional<double> retry_after_s(std::string_view value, std::chrono::system_clock::time_point now);

}  // namespace hone::rewards
