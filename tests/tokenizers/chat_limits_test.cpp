// A template is foreign input: it ends, in little memory, and says where it went wrong.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <random>

#include "core/error.h"
#include "policies/chat/chat_template.h"

using namespace hone;
using Catch::Matchers::ContainsSubstring;
using policies::ChatMessage;
using policies::ChatTemplate;

namespace {

const std::vector<ChatMessage> kMessages = {{"system", "Be brief."}, {"user", "Hi"}, {"assistant", "Hello"}};

std::string render(const std::string& source) {
  return ChatTemplate::parse(source, "x.json").render(kMessages).text;
}

std::string times(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a template cannot run on or eat memory", "[chat]") {
  const auto* loops = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
  CHECK_THROWS_WITH(render(loops), ContainsSubstring("steps"));
  CHECK_THROWS_WITH(render("{{ 'x' * 100000000 }}"), ContainsSubstring("16 MiB"));
  CHECK_THROWS_WITH(render("{{ range(1000000000) | length }}"), ContainsSubstring("range()"));
  CHECK_THROWS_WITH(render("{{ [0] * 100000000 }}"), ContainsSubstring("items"));
  CHECK_THROWS_WITH(
      render("{% set n = namespace(x='ab') %}{% for a in range(100) %}{% set n.x = n.x + n.x %}{% endfor %}"),
      ContainsSubstring("16 MiB"));
  CHECK_THROWS_WITH(render("{% for a in range(100) %}{{ 'x' * 10000000 }}{% endfor %}"), ContainsSubstring("MiB"));
  CHECK_THROWS_WITH(render("{{ ('x' * 4000000) | replace('x', 'y' * 4000000) }}"), ContainsSubstring("MiB"));
  CHECK_THROWS_WITH(render("{{ ('x' * 4000000) | replace('', 'y' * 4000000) }}"), ContainsSubstring("MiB"));
  CHECK_THROWS_WITH(render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{% set n = namespace(x=[]) %}{% for a in range(1000) %}{% set n.x = [n.x] %}{% endfor %}"),
                    ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ 9223372036854775807 + 1 }}"), ContainsSubstring("64 bits"));
  CHECK_THROWS_WITH(render("{{ 2 ** 100 }}"), ContainsSubstring("64 bits"));
  CHECK(render("{{ 1 ** 9000000000000000000 }}{{ (-9223372036854775807 - 1) % -1 }}") == "10");
}

TEST_CASE("equal and printed values that hold each other many times come to an end", "[chat]") {
  const std::string doubling =
      "{% set n = namespace(x=[], y=[]) %}{% for a in range(60) %}{% set n.x = [n.x, n.x] %}"
      "{% set n.y = [n.y, n.y] %}{% endfor %}";
  CHECK_THROWS_AS(render(doubling + "{{ n.x == n.y }}"), core::DataError);
  CHECK_THROWS_AS(render(doubling + "{{ n.x }}"), core::DataError);
  CHECK_THROWS_AS(render(doubling + "{{ n.x | tojson }}"), core::DataError);
}

TEST_CASE("nesting beyond any real template is refused, not a crash", "[chat]") {
  CHECK_THROWS_WITH(render("{{ " + times("(", 5000) + "1" + times(")", 5000) + " }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ " + times("[", 5000) + times("]", 5000) + " }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ " + times("not ", 100000) + "1 }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ " + times("-", 100000) + "1 }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ 1" + times(" + 1", 100000) + " }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ a" + times(".a", 100000) + " }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ a" + times("|trim", 100000) + " }}"), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render(times("{% if 1 %}", 100000)), ContainsSubstring("nested"));
  CHECK_THROWS_WITH(render("{{ a" + times(" if a else a", 50000) + " }}"), ContainsSubstring("nested"));
  CHECK(render(times("{% if 1 %}", 100) + "x" + times("{% endif %}", 100)) == "x");
  const auto deep = times("(", 40) + "1" + times(")", 40);
  CHECK(render("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% endif %}" + times("{% if 1 %}", 60) + "{% if " + deep +
               " %}x{% endif %}" + times("{% endif %}", 60) + "{% endmacro %}{{ m(20) }}") == times("x", 21));
}

TEST_CASE("an error names the file, the line and its text", "[chat]") {
  CHECK_THROWS_WITH(render("a\nb\n  {{ messages | frobnicate }}\nc"),
                    "x.json, line 3: filter \"frobnicate\" is not supported: {{ messages | frobnicate }}");
  CHECK_THROWS_WITH(render("{% for m in messages %}\n\n{{ m.content.nope() }}{% endfor %}"),
                    "x.json, line 3: 'str object' has no attribute 'nope': {{ m.content.nope() }}{% endfor %}");
  CHECK_THROWS_WITH(render("a\n{% block x %}"), "x.json, line 2: the tag {% block %} is not supported: {% block x %}");
  CHECK_THROWS_WITH(render("{{ 1 +\n\n }}"), "x.json, line 3: expected an expression, got }}: }}");
  CHECK_THROWS_WITH(render("{% if 1 %}\nx"), ContainsSubstring("expected {% endif %}, got the template's end"));
  CHECK_THROWS_WITH(render("\n{{ raise_exception('Roles must alternate') }}"), "x.json, line 2: Roles must alternate");
  CHECK_THROWS_WITH(render("{{ strftime_now('%Y') }}"), ContainsSubstring("'strftime_now' is undefined"));
}

TEST_CASE("an error inside a macro or a capture names its own line", "[chat]") {
  CHECK_THROWS_WITH(render("{% macro m(x) %}\n{{ x.y.z }}\n{% endmacro %}\n\n{{ m(1) }}"),
                    ContainsSubstring("line 2: "));
  CHECK_THROWS_WITH(render("{% macro m(x) %}\n{{ x }}\n{% endmacro %}\n\n{{ m(1) + 1 }}"),
                    ContainsSubstring("line 5: "));
}

TEST_CASE("no bytes crash the reader", "[chat]") {
  const std::vector<std::string> pieces = {"{{",
                                           "}}",
                                           "{%",
                                           "%}",
                                           "{#",
                                           "#}",
                                           "-",
                                           "+",
                                           "if",
                                           "else",
                                           "endif",
                                           "for",
                                           "in",
                                           "endfor",
                                           "set",
                                           "=",
                                           "x",
                                           "m",
                                           " ",
                                           "\n",
                                           "messages",
                                           "'a'",
                                           "\"",
                                           "'",
                                           "|",
                                           "trim",
                                           "tojson",
                                           "join",
                                           "(",
                                           ")",
                                           "[",
                                           "]",
                                           "{",
                                           "}",
                                           ":",
                                           ",",
                                           ".",
                                           "1",
                                           "9",
                                           "0.5",
                                           "is",
                                           "not",
                                           "defined",
                                           "macro",
                                           "endmacro",
                                           "call",
                                           "raw",
                                           "endraw",
                                           "~",
                                           "*",
                                           "**",
                                           "//",
                                           "%",
                                           "namespace",
                                           "range",
                                           "loop",
                                           "content",
                                           "\\",
                                           "\xff",
                                           "\xe2\x80",
                                           "é",
                                           std::string(1, '\0'),
                                           "and",
                                           "generation",
                                           "endgeneration",
                                           "{% for m in messages %}",
                                           "{{ m.content }}",
                                           "{% endfor %}",
                                           "{% set n = namespace(x=m) %}"};
  std::mt19937 random(7);
  int rendered = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string source;
    for (auto count = random() % 24; count > 0; --count) source += pieces[random() % pieces.size()];
    try {
      render(source);
      ++rendered;
    } catch (const core::DataError&) {
    }
  }
  CHECK(rendered > 100);
}

TEST_CASE("messages and variables may hold any bytes", "[chat]") {
  const std::vector<ChatMessage> messages = {{"user", "\xff\xfe a \xe2\x80"}, {"assistant", std::string("\0\x80", 2)}};
  const auto chat = ChatTemplate::parse(
      "{% for m in messages %}{{ m.content | trim }}{{ m.content[::-1] }}{{ [m.content] }}"
      "{{ m.content | tojson }}{{ m.content | length }}{% endfor %}",
      "x");
  CHECK_NOTHROW(chat.render(messages));
  policies::RenderOptions options;
  options.variables = {{"messages", 3}, {"add_generation_prompt", "no"}, {"x", 18446744073709551615ULL}};
  CHECK_NOTHROW(chat.render(messages, options));
  auto deep = nlohmann::ordered_json::array();
  for (int i = 0; i < 1000; ++i) deep = nlohmann::ordered_json::array({std::move(deep)});
  options.variables = {{"deep", std::move(deep)}};
  CHECK_THROWS_AS(chat.render(messages, options), core::DataError);
}
