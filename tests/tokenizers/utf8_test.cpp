#include "policies/tokenizers/utf8.h"

#include <catch2/catch_test_macros.hpp>

using hone::policies::unfinished_tail;
using hone::policies::valid_utf8;

TEST_CASE("well-formed text stays as it is", "[tokenizers][utf8]") {
  for (const char* text :
       {"", "plain", "\xC3\xA9", "\xE2\x96\x81", "\xF0\x9F\x99\x82", "\xED\x9F\xBF\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CHECK(valid_utf8(text) == text);
    CHECK(unfinished_tail(text) == 0);
  }
}

TEST_CASE("malformed sequences become U+FFFD one by one, as Python replaces them", "[tokenizers][utf8]") {
  const std::string r = "\xEF\xBF\xBD";
  // Right-hand sides: len(bytes.decode("utf-8", "replace")) in Python 3.11.
  CHECK(valid_utf8("a\xFFz") == "a" + r + "z");
  CHECK(valid_utf8("\xC0\x80") == r + r);                  // overlong
  CHECK(valid_utf8("\xE2\x96z") == r + "z");               // a character that breaks off
  CHECK(valid_utf8("\xED\xA0\x80") == r + r + r);          // a surrogate
  CHECK(valid_utf8("\xF4\x90\x80\x80") == r + r + r + r);  // beyond U+10FFFF
  CHECK(valid_utf8("\xF0\x9F\x99") == r);
  CHECK(valid_utf8("\x80\x80") == r + r);
}

TEST_CASE("only a tail that more bytes could complete is unfinished", "[tokenizers][utf8]") {
  CHECK(unfinished_tail("a\xC3") == 1);
  CHECK(unfinished_tail("a\xE2\x96") == 2);
  CHECK(unfinished_tail("a\xF0\x9F\x99") == 3);
  CHECK(unfinished_tail("\xF0\x9F\x99\x82") == 0);
  CHECK(unfinished_tail("\xED\xA0") == 0);
  CHECK(unfinished_tail("\xFF") == 0);
  CHECK(unfinished_tail("\x80") == 0);
  CHECK(unfinished_tail("\xC3 ") == 0);
}
