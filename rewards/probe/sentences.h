#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::probe {

/// A text cut behind each sentence and each line; joined they are the text again. A full stop ends no sentence behind
/// one letter or a short word such as "v." or "No.".
[[nodiscard]] std::vector<std::string> sentences_of(std::string_view text);

/// What stands between white space.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

[[nodiscard]] std::string join(const std::vector<std::string>& texts, std::string_view between);

/// `text` again and again, each behind `between`, up to about `bytes`.
[[nodiscard]] std::string repeated(std::string_view text, std::string_view between, std::size_t bytes);

[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace hone::rewards::probe
