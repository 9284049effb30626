#include "report/score_page.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>

#include "report/marked_text.h"

namespace {

namespace report = hone::report;
using Catch::Matchers::ContainsSubstring;

report::ScoredAnswer answer(const std::string& id, const std::string& text, double score) {
  report::ScoredAnswer one;
  one.id = id;
  one.answer = text;
  one.score = score;
  one.status = "ok";
  return one;
}

std::string page_of(const report::ScoredAnswer& one) {
  return report::score_page_html({.title = "answers.jsonl", .answers = {one}});
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("a mark says what earned and what lost, without a colour too", "[report][score_page]") {
  CHECK(report::marked_text("is not hearsay", {{3, 14, "verdict", 0.25}}, {"rule", "verdict"}) ==
        "is <mark class=\"earned\" title=\"verdict +0.25\">not hearsay</mark><sup>▲2</sup>");
  CHECK(report::marked_text("fake", {{0, 4, "no_fake", -0.5}}, {"no_fake"}) ==
        "<mark class=\"lost\" title=\"no_fake −0.5\">fake</mark><sup>▼1</sup>");
  CHECK(report::marked_text("seen", {{0, 4, "facts", 0.0}}, {}) ==
        "<mark class=\"seen\" title=\"facts 0\">seen</mark><sup>·</sup>");
}

TEST_CASE("spans that overlap are cut at their ends", "[report][score_page]") {
  // a b c d e f: [0, 4) earned, [2, 6) lost.
  const std::string html = report::marked_text("abcdef", {{2, 6, "y", -1.0}, {0, 4, "x", 1.0}}, {"x", "y"});
  CHECK(html ==
        "<mark class=\"earned\" title=\"x +1\">ab</mark>"
        "<mark class=\"mixed\" title=\"x +1; y −1\">cd</mark><sup>▲1</sup>"
        "<mark class=\"lost\" title=\"y −1\">ef</mark><sup>▼2</sup>");
}

TEST_CASE("a span that ends within a character takes the whole of it", "[report][score_page]") {
  // é is two bytes: the span covers its second only.
  CHECK(report::marked_text("né!", {{2, 3, "x", 1.0}}, {"x"}) ==
        "n<mark class=\"earned\" title=\"x +1\">é</mark><sup>▲1</sup>!");
  CHECK(report::marked_text("né!", {{0, 2, "x", 1.0}}, {"x"}) ==
        "<mark class=\"earned\" title=\"x +1\">né</mark><sup>▲1</sup>!");
}

TEST_CASE("spans beyond the answer, empty or turned round are survived", "[report][score_page]") {
  CHECK(report::marked_text("ab", {{1, 900, "x", 1.0}, {5, 9, "x", 1.0}, {2, 1, "x", 1.0}, {1, 1, "x", 1.0}}, {"x"}) ==
        "a<mark class=\"earned\" title=\"x +1\">b</mark><sup>▲1</sup>");
  CHECK(report::marked_text("", {{0, 1, "x", 1.0}}, {"x"}).empty());
  CHECK(report::marked_text("\xff\xfe", {{0, 1, "x", 1.0}}, {"x"}) ==
        "<mark class=\"earned\" title=\"x +1\">\xEF\xBF\xBD</mark><sup>▲1</sup>\xEF\xBF\xBD");
}

TEST_CASE("a thousand spans over one another stay a page", "[report][score_page]") {
  std::vector<report::ScoreSpan> spans;
  for (std::size_t i = 0; i < 1000; ++i) {
    spans.push_back({i, 2000 - i, "x" + std::to_string(i), 1.0});
  }
  CHECK(report::marked_text(std::string(2000, 'a'), spans, {}).size() < 1'000'000);
}

TEST_CASE("nothing in an answer, an id or a part can run in the page", "[report][score_page]") {
  auto one = answer("<img src=x onerror=alert(1)>", "</div><script>alert(1)</script>", 0.5);
  one.question = "\"><script>alert(2)</script>";
  one.detail = "<b>";
  one.parts = {{"<i>", 0.5}};
  one.notes = {{"<u>", "<u>"}};
  one.spans = {{0, 6, "\" onmouseover=\"alert(3)", 1.0}};
  const std::string page = page_of(one);
  CHECK(count(page, "<script>") == 1);  // the page's own
  for (const char* part :
       {"<img", "<b>", "<i>", "<u>", " onmouseover=\"", "alert(1)</script>", "<link", "href=", "url("}) {
    CHECK(page.find(part) == std::string::npos);
  }
  CHECK_THAT(page, ContainsSubstring("default-src 'none'"));
}

TEST_CASE("the page shows score, status, detail, parts and their bars", "[report][score_page]") {
  auto one = answer("q1", "text", 0.75);
  one.detail = "lost: the rule";
  one.extracted = "granted";
  one.parts = {{"verdict", 1.0}, {"penalty", -0.25}};
  auto failed = answer("q2", "", 0.0);
  failed.status = "error";
  const std::string page = report::score_page_html({.title = "a.jsonl", .answers = {one, failed}});
  for (const char* part :
       {"<title>a.jsonl · hone</title>", "2 answers · mean score 0.75 · 1 error · 1 ok", "data-score=\"0.75\"",
        "lost: the rule", "read as: granted", "width:100%", "class=\"minus\" style=\"width:25%\"", "status masked",
        "(empty)", "prefers-color-scheme: dark"}) {
    CHECK_THAT(page, ContainsSubstring(part));
  }
}

TEST_CASE("what is too long for a page is said to be left out", "[report][score_page]") {
  const std::string page = page_of(answer("q1", std::string(100'000, 'a'), 1.0));
  CHECK(page.size() < 100'000);
  CHECK_THAT(page, ContainsSubstring("… 34464 more bytes, left out here"));  // 100,000 - 65,536
}
