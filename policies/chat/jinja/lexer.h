#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::policies::jinja {

enum class TokenKind {
  kData,
  kVariableBegin,
  kVariableEnd,
  kBlockBegin,
  kBlockEnd,
  kName,
  kString,
  kInteger,
  kReal,
  kOperator,
  kEnd
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;  // a string's value, without quotes and escapes
  int line = 1;
};

/// The source as Jinja reads it: \r\n and \r become \n, and one newline at the end goes.
[[nodiscard]] std::string normalized_source(std::string_view source);

/// The tokens of a normalized source, the last of which is kEnd, under trim_blocks and lstrip_blocks. Throws Failure
/// with its line. Source: jinja2/lexer.py, 3.1.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view source);

/// What the characters between a literal's quotes stand for. Throws Failure.
[[nodiscard]] std::string unescaped(std::string_view literal, int line);

}  // namespace hone::policies::jinja
