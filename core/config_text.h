#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// The wording of config messages.
namespace hone::core::text {

/// Shortest decimal that reads back as the same double: 1e-05, 2, 0.1.
[[nodiscard]] std::string number(double value);
/// one of "a", "b", "c"
[[nodiscard]] std::string one_of(const std::vector<std::string>& names);
/// Levenshtein distance, in bytes.
[[nodiscard]] std::size_t edit_distance(std::string_view left, std::string_view right);
/// The candidate that someone probably meant, or "" when none is near: a third of the length may differ.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
/// "a" and "b" to "a.b"; either may be empty.
[[nodiscard]] std::string join_path(std::string_view parent, std::string_view child);

}  // namespace hone::core::text
