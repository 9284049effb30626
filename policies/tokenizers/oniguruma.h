#pragma once

#include <string>
#include <string_view>

namespace hone::policies {

/// The PCRE2 pattern (UTF, UCP, MULTILINE) that matches what the pattern matches in Oniguruma with Ruby's syntax, for
/// which tokenizer.json files are written. The two differ in \s, \w, \h, \v, in how \p{Han} reads, in nested sets and
/// in intervals; those are rewritten, and what cannot be is refused: back references, \b, named groups, options other
/// than (?i), set operations, POSIX brackets.
/// Throws std::invalid_argument whose text says what is not supported, to be put after the key's name.
[[nodiscard]] std::string pcre_pattern(std::string_view oniguruma);

/// The pattern that matches exactly this text.
[[nodiscard]] std::string literal_pattern(std::string_view text);

}  // namespace hone::policies
