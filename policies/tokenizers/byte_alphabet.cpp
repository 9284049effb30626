#include "policies/tokenizers/byte_alphabet.h"

#include <array>

#include "policies/tokenizers/characters.h"

namespace hone::policies {
namespace {

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE);
}

struct Alphabet {
  std::array<char32_t, 256> character{};
  std::array<int, 0x144> byte{};  // by code point, -1 where none

  constexpr Alphabet() {
    for (auto& entry : byte) entry = -1;
    char32_t next = 0x100;
    for (unsigned value = 0; value < 256; ++value) {
      character[value] = stands_for_itself(value) ? value : next++;
      byte[character[value]] = static_cast<int>(value);
    }
  }
};

constexpr Alphabet kAlphabet;

}  // namespace

std::optional<std::string> bytes_of_alphabet(std::string_view token) {
  std::string bytes;
  for (std::size_t at = 0; at < token.size();) {
    const auto character = character_at(token, at);
    if (character.code >= kAlphabet.byte.size() || kAlphabet.byte[character.code] < 0) return std::nullopt;
    bytes += static_cast<char>(kAlphabet.byte[character.code]);
    at += character.bytes;
  }
  return bytes;
}

std::string alphabet_of_bytes(std::string_view bytes) {
  std::string token;
  for (const char byte : bytes) append_utf8(kAlphabet.character[static_cast<unsigned char>(byte)], token);
  return token;
}

}  // namespace hone::policies
