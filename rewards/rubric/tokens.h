#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::rewards::rubric {

enum class TokenKind : std::uint8_t {
  kWord,    // letters, or a sign that is read like a word: § $ %
  kNumber,  // begins with a digit: 50000, 3.5, 2d
  kMark,    // parts clauses: , : ( ) / and a dash between spaces
  kStop,    // ends a sentence: . ! ? ; the end of a line, a tag
};

/// A word or mark of a text. Words that differ in case, quotes, accents of typography or a hyphen are one.
struct Token {
  std::uint64_t word = 0;   // its folded spelling's hash
  std::uint32_t begin = 0;  // bytes [begin, end) of the text
  std::uint32_t end = 0;
  TokenKind kind = TokenKind::kWord;
  char mark = 0;            // of marks and stops: the sign; '\n' for a line's end, 'P' for a paragraph's, 't' for a tag
  std::uint16_t roles = 0;  // of words: see rewards/rubric/words.h
};

[[nodiscard]] inline bool is_spoken(const Token& token) {
  return token.kind == TokenKind::kWord || token.kind == TokenKind::kNumber;
}

/// The hash of a word that is folded already.
[[nodiscard]] std::uint64_t word_hash(std::string_view folded);

/// Linear in the text. Quotes, emphasis and hyphens leave no token; "isn't" is two words, "is" and "not"; "F.R.E." is
/// one; "§", "Section" and "Sec." are the same; 50,000 is 50000; the stop of "v." or "No. 5" is none. A line that was
/// wrapped goes on in the next.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view text);

/// The words alone, marks and stops left out, as phrases are compared.
[[nodiscard]] std::vector<std::uint64_t> words_of(std::string_view text);

}  // namespace hone::rewards::rubric
