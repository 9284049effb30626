#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hone::policies {

/// GPT-2's alphabet, in which byte-level vocabularies spell bytes as visible characters: "Ġthe" is " the".
/// Printable Latin-1 stands for itself, the other 68 bytes for U+0100 onwards.
/// Source: bytes_to_unicode in openai/gpt-2's encoder.py.

/// The bytes that a token of such a vocabulary spells; nothing where a character is not of the alphabet.
[[nodiscard]] std::optional<std::string> bytes_of_alphabet(std::string_view token);
/// The other way. Bytes need not be UTF-8.
[[nodiscard]] std::string alphabet_of_bytes(std::string_view bytes);

}  // namespace hone::policies
