#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "policies/tokenizers/marked_text.h"

/// Jinja's strings: Python's str in UTF-8, each byte of which knows whether the template's author wrote it. Positions
/// are bytes; a malformed byte counts as a character.
namespace hone::policies::jinja {

/// What a template did wrong. The renderer adds where: `line` is 0 where that is the line it stands on.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const std::string& what, int line = 0) : std::runtime_error(what), line_(line) {}
  [[nodiscard]] int line() const { return line_; }

 private:
  int line_;
};

/// The template's own raise_exception(): what it says about the messages.
class Raised : public Failure {
 public:
  using Failure::Failure;
};

/// No string grows beyond this: a template is foreign input.
inline constexpr std::size_t kMaxTextBytes = std::size_t{16} << 20;

[[nodiscard]] MarkedText trusted_text(std::string_view text);
[[nodiscard]] MarkedText untrusted_text(std::string_view text);

/// Throws Failure beyond kMaxTextBytes.
void append(MarkedText& to, const MarkedText& from);
void append_trusted(MarkedText& to, std::string_view from);

/// The bytes [begin, end) and what is trusted of them.
[[nodiscard]] MarkedText slice(const MarkedText& text, std::size_t begin, std::size_t end);

/// Where each character begins, and the text's end.
[[nodiscard]] std::vector<std::size_t> character_starts(std::string_view text);

/// How many bytes the character at `at` takes, and how many of a character that str.isspace() counts as white; 0 where
/// it is not white.
[[nodiscard]] std::size_t character_size(std::string_view text, std::size_t at);
[[nodiscard]] std::size_t white_size(std::string_view text, std::size_t at);

enum class Side { kBoth, kLeft, kRight };

/// str.strip, lstrip, rstrip: white space, or any of `characters`.
[[nodiscard]] MarkedText stripped(const MarkedText& text, Side side, std::optional<std::string_view> characters);

/// str.replace. `limit` below 0: every occurrence.
[[nodiscard]] MarkedText replaced(const MarkedText& text, std::string_view from, const MarkedText& to,
                                  std::ptrdiff_t limit);

/// str.split and str.rsplit; no separator: at runs of white space. `limit` below 0: everywhere.
[[nodiscard]] std::vector<MarkedText> split(const MarkedText& text, std::optional<std::string_view> separator,
                                            std::ptrdiff_t limit);
[[nodiscard]] std::vector<MarkedText> split_from_right(const MarkedText& text, std::string_view separator,
                                                       std::ptrdiff_t limit);

/// str.splitlines, without the line ends.
[[nodiscard]] std::vector<MarkedText> lines_of(const MarkedText& text);

enum class Case { kUpper, kLower, kCapital, kTitle };

/// str.upper, lower, capitalize, and Jinja's filter title. Throws Failure for letters outside ASCII.
[[nodiscard]] MarkedText with_case(const MarkedText& text, Case wanted);

/// `from` with the same trusted stretches as `like`, whose size it has.
[[nodiscard]] MarkedText marked_like(std::string from, const MarkedText& like);

}  // namespace hone::policies::jinja
