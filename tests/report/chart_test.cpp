#include "report/chart.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <limits>

#include "core/error.h"

namespace {

namespace report = hone::report;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

void check_ticks(const std::vector<double>& ticks, const std::vector<double>& expected) {
  REQUIRE(ticks.size() == expected.size());
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    CHECK_THAT(ticks[i], WithinRel(expected[i], 1e-12));
  }
}

report::Chart two_points() {
  report::Chart chart{.title = "Accuracy", .x_label = "step", .y_label = "held-out", .series = {}, .y_suffix = " %"};
  chart.series = {{"one", {0, 10}, {0, 100}, {}, {}}};
  chart.y_min = 0;
  chart.y_max = 100;
  return chart;
}

}  // namespace

TEST_CASE("ticks are round numbers within the range", "[report][chart]") {
  check_ticks(report::nice_ticks(0, 100, 5), {0, 20, 40, 60, 80, 100});
  check_ticks(report::nice_ticks(0, 1, 6), {0, 0.2, 0.4, 0.6, 0.8, 1.0});
  check_ticks(report::nice_ticks(-0.03, 0.031, 6), {-0.02, 0, 0.02});
  check_ticks(report::nice_ticks(3, 57, 6), {10, 20, 30, 40, 50});
  check_ticks(report::nice_ticks(1e-6, 4e-6, 3), {1e-6, 2e-6, 3e-6, 4e-6});
}

TEST_CASE("a curve goes from corner to corner of its axes", "[report][chart]") {
  // Left 74, right 760 - 22, bottom 400 - 50, top 42 + one legend row of 20 + 8.
  CHECK_THAT(report::line_chart_svg(two_points()), ContainsSubstring("<path d=\"M74.0,350.0L738.0,70.0\""));
}

TEST_CASE("a chart has its title, labels, ticks and legend", "[report][chart]") {
  const std::string svg = report::line_chart_svg(two_points());
  for (const char* part : {">Accuracy</text>", ">step</text>", ">held-out</text>", ">100 %</text>", ">one</text>",
                           "<title>one: 100 % at 10</title>"}) {
    CHECK_THAT(svg, ContainsSubstring(part));
  }
}

TEST_CASE("a card brings its own background, a chart in a page takes the page's colours", "[report][chart]") {
  report::Chart chart = two_points();
  CHECK_THAT(report::line_chart_svg(chart), ContainsSubstring("rx=\"10\" fill=\"#ffffff\""));
  chart.theme = report::ChartTheme::kPage;
  const std::string svg = report::line_chart_svg(chart);
  CHECK(svg.find("#ffffff") == std::string::npos);
  CHECK_THAT(svg, ContainsSubstring("fill=\"var(--ink)\""));
}

TEST_CASE("a band is drawn around its curve", "[report][chart]") {
  report::Chart chart = two_points();
  chart.series[0].low = {0, 50};
  chart.series[0].high = {50, 100};
  CHECK_THAT(report::line_chart_svg(chart),
             ContainsSubstring("<polygon points=\"74.0,210.0 738.0,70.0 738.0,210.0 74.0,350.0 \""));
}

TEST_CASE("a value that is not finite breaks the line and nothing else", "[report][chart]") {
  report::Chart chart = two_points();
  chart.series[0] = {"one", {0, 1, 2, 3, 4}, {1, 2, std::numeric_limits<double>::quiet_NaN(), 3, 4}, {}, {}};
  const std::string svg = report::line_chart_svg(chart);
  CHECK(count(svg, "<circle") == 4);
  CHECK(svg.find("nan") == std::string::npos);
  const std::size_t at = svg.find("<path d=\"");
  CHECK(count(svg.substr(at, svg.find("\" fill", at) - at), "M") == 2);
}

TEST_CASE("names cannot leave their place in the picture", "[report][chart]") {
  report::Chart chart = two_points();
  chart.series[0].name = "<script>\"";
  chart.title = "a & b";
  const std::string svg = report::line_chart_svg(chart);
  CHECK(svg.find("<script>") == std::string::npos);
  CHECK_THAT(svg, ContainsSubstring("a &amp; b"));
}

TEST_CASE("an empty chart and a single point are still charts", "[report][chart]") {
  report::Chart chart{.title = "t", .x_label = "", .y_label = "", .series = {}, .y_suffix = ""};
  CHECK(report::line_chart_svg(chart).find("nan") == std::string::npos);
  chart.series = {{"one", {5}, {0.3}, {}, {}}};
  const std::string svg = report::line_chart_svg(chart);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(count(svg, "<circle") == 1);
}

TEST_CASE("a series whose vectors differ in length is refused", "[report][chart]") {
  report::Chart chart = two_points();
  chart.series[0].low = {1};
  CHECK_THROWS_AS(report::line_chart_svg(chart), hone::core::Error);
}
