#include "report/text.h"

#include <catch2/catch_test_macros.hpp>

using namespace hone::report;

TEST_CASE("a terminal never sees a control character of the model's text", "[report][text]") {
  CHECK(printable("a\x1b[2Jb\rc\td\n") == "a\\x1b[2Jb\\x0dc\\td\n");
  CHECK(printable("\x7f\xc2\x9b") == "\\x7f\\x9b");  // DEL, and CSI as one C1 character
  CHECK(printable("\xe2\x80\xae"
                  "evil") == "\\u202eevil");  // right-to-left override
  CHECK(printable("5 × 3 → ✓ 😀") == "5 × 3 → ✓ 😀");
}

TEST_CASE("bytes that are no UTF-8 are shown as bytes", "[report][text]") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("\xc3") == "\\xc3");                    // cut off
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // overlong slash
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // surrogate
  CHECK(printable("\xc3(") == "\\xc3(");
}

TEST_CASE("text cannot leave its place in a page", "[report][text]") {
  CHECK(html_escape("<script a=\"b\" c='d'>&amp;") == "&lt;script a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp;");
  CHECK(html_escape(std::string_view("a\0\x1b\xff", 4)) == "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(html_escape("line\n\tπ") == "line\n\tπ");
}

TEST_CASE("clipping counts characters, not bytes", "[report][text]") {
  CHECK(display_width("→ 5 ×") == 5);
  CHECK(clip("abcdef", 6) == "abcdef");
  CHECK(clip("abcdef", 4) == "abc…");
  CHECK(clip("→→→→", 3) == "→→…");
  CHECK(clip("abc", 0).empty());
  CHECK(pad_right("→", 3) == "→  ");
  CHECK(pad_right("abcd", 3) == "abcd");
}
