#include "policies/tokenizers/oniguruma.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "policies/tokenizers/regex.h"

using hone::policies::literal_pattern;
using hone::policies::pcre_pattern;
using hone::policies::Regex;
using hone::policies::TextRange;
using Ranges = std::vector<TextRange>;

namespace {

Ranges found(const std::string& oniguruma, const std::string& text) {
  Regex::Matcher matcher;
  Ranges ranges;
  Regex(pcre_pattern(oniguruma)).find_all(text, matcher, ranges);
  return ranges;
}

}  // namespace

// Expected: onig 6.9 through tokenizers 0.23.3's Split.
TEST_CASE("white space is Unicode's, without the Mongolian vowel separator", "[tokenizers][regex]") {
  CHECK(found("\\s+", " \xC2\xA0\xC2\x85\xE3\x80\x80\xE2\x80\xA8x") == Ranges{{0, 11}});
  CHECK(found("\\s", "\xE1\xA0\x8E").empty());
  CHECK(found("[^\\s]", "\xE1\xA0\x8E ") == Ranges{{0, 3}});
  CHECK(found("\\S+", "\xE1\xA0\x8Ex y") == Ranges{{0, 4}, {5, 6}});
  CHECK(found("[\\S]", " x") == Ranges{{1, 2}});
}

TEST_CASE("h is a hexadecimal digit and v a vertical tab", "[tokenizers][regex]") {
  CHECK(found("\\h+", " \taF9g") == Ranges{{2, 5}});
  CHECK(found("\\v", "\n\x0B") == Ranges{{1, 2}});
}

TEST_CASE("a bare script is the script and not what is used with it", "[tokenizers][regex]") {
  CHECK(found("\\p{Han}", "\xE6\xBC\xA2\xE3\x80\x81") == Ranges{{0, 3}});  // U+3001 belongs to several
  CHECK(found("\\P{Han}", "\xE6\xBC\xA2\xE3\x80\x81") == Ranges{{3, 6}});
  CHECK(found("\\p{^L}", "a1") == Ranges{{1, 2}});
}

TEST_CASE("a dollar and a caret are about lines", "[tokenizers][regex]") {
  CHECK(found("\\s+$", "a \n b ") == Ranges{{1, 2}, {5, 6}});
  CHECK(found("^a", "a\na") == Ranges{{0, 1}, {2, 3}});
}

TEST_CASE("intervals, braces and hyphens are read as Ruby reads them", "[tokenizers][regex]") {
  CHECK(found("a{,2}b", "aab b") == Ranges{{0, 3}, {4, 5}});
  CHECK(found("a{x}", "a{x}") == Ranges{{0, 4}});
  CHECK(found("[\\s-]+", "- z") == Ranges{{0, 2}});
  CHECK(found("\\p{N}{1,3}", "12345") == Ranges{{0, 3}, {3, 5}});
}

TEST_CASE("an empty match does not follow a match", "[tokenizers][regex]") {
  CHECK(found("x*", "axb") == Ranges{{0, 0}, {1, 2}, {3, 3}});
}

TEST_CASE("a literal pattern has no special characters", "[tokenizers][regex]") {
  const std::string text = "a.b*[\\E]{2}\xC3\xA9#";
  Regex::Matcher matcher;
  Ranges ranges;
  Regex(literal_pattern(text)).find_all("x" + text, matcher, ranges);
  CHECK(ranges == Ranges{{1, 1 + text.size()}});
}

TEST_CASE("what is refused is shown on one line, whatever bytes it holds", "[tokenizers][regex]") {
  CHECK_THROWS_WITH(pcre_pattern("\\p{L\n}"), Catch::Matchers::ContainsSubstring("the property \"L\\n\" in"));
  CHECK_THROWS_WITH(pcre_pattern("(?\n\x1B)"), Catch::Matchers::ContainsSubstring("the group \"(?\\n\\u001b\" in"));
}
