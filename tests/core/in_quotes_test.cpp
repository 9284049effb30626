#include "core/in_quotes.h"

#include <catch2/catch_test_macros.hpp>

using hone::core::in_quotes;

TEST_CASE("what a message quotes stays on its line and within it", "[core][in_quotes]") {
  CHECK(in_quotes("a b") == R"("a b")");
  CHECK(in_quotes("") == R"("")");
  CHECK(in_quotes("a\"\n\x1B\x7F") == R"("a\"\n\u001b\u007f")");
  CHECK(in_quotes("\xFF") == R"("\ufffd")");
  CHECK(in_quotes(std::string(200, 'x')) == '"' + std::string(120, 'x') + "\"…");
}
