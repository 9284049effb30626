#include "report/run_chart.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"

namespace {

namespace report = hone::report;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using report::RunChartMetric;

report::RunFolder run_of(const std::string& name, const std::vector<std::string>& lines) {
  report::RunFolder run;
  run.name = name;
  for (const auto& line : lines) {
    run.metrics.push_back(nlohmann::ordered_json::parse(line));
  }
  return run;
}

report::RunFolder two_sets(const std::string& name) {
  return run_of(name, {R"({"step":0,"eval/sums/accuracy":0.25,"eval/sums/ci95":[0.2,0.3],"eval/logic/accuracy":0.35})",
                       R"({"step":1,"reward":0.5})",
                       R"({"step":2,"reward":0.75,"eval/sums/accuracy":0.5,"eval/sums/ci95":[0.4,0.6],)"
                       R"("eval/logic/accuracy":0.9})"});
}

}  // namespace

TEST_CASE("one run's accuracy is a curve a set, with its band", "[report][run_chart]") {
  const std::string svg = report::run_chart_svg({two_sets("first")}, RunChartMetric::kAccuracy);
  for (const char* part : {"<title>sums: 25 % at 0</title>", "<title>sums: 50 % at 2</title>",
                           "<title>logic: 90 % at 2</title>", "<polygon", ">100 %</text>", ">step</text>"}) {
    CHECK_THAT(svg, ContainsSubstring(part));
  }
}

TEST_CASE("several runs' accuracy is a curve a run, the mean over its sets", "[report][run_chart]") {
  const std::string svg = report::run_chart_svg({two_sets("seed1"), two_sets("seed2")}, RunChartMetric::kAccuracy);
  // (25 + 35) / 2 and (50 + 90) / 2
  for (const char* part : {"<title>seed1: 30 % at 0</title>", "<title>seed1: 70 % at 2</title>",
                           "<title>seed2: 30 % at 0</title>", "<title>seed2: 70 % at 2</title>"}) {
    CHECK_THAT(svg, ContainsSubstring(part));
  }
  CHECK(svg.find("<polygon") == std::string::npos);
}

TEST_CASE("one evaluation set of several runs is a curve a run, with its band", "[report][run_chart]") {
  const std::string svg = report::set_chart_svg({two_sets("seed1"), two_sets("seed2")}, "sums");
  for (const char* part : {"<title>seed1: 25 % at 0</title>", "<title>seed2: 50 % at 2</title>", "<polygon"}) {
    CHECK_THAT(svg, ContainsSubstring(part));
  }
  CHECK(svg.find("90 %") == std::string::npos);  // of the other set
  CHECK_THROWS_MATCHES(report::set_chart_svg({two_sets("seed1")}, "tax"), hone::core::DataError,
                       MessageMatches(ContainsSubstring("seed1") && ContainsSubstring("eval/tax/accuracy")));
}

TEST_CASE("rewards are a curve a run", "[report][run_chart]") {
  const std::string svg = report::run_chart_svg({two_sets("seed1"), run_of("seed2", {R"({"step":1,"reward":0.1})"})},
                                                RunChartMetric::kReward);
  for (const char* part :
       {"<title>seed1: 0.5 at 1</title>", "<title>seed1: 0.75 at 2</title>", "<title>seed2: 0.1 at 1</title>"}) {
    CHECK_THAT(svg, ContainsSubstring(part));
  }
}

TEST_CASE("a run with nothing to draw is named", "[report][run_chart]") {
  const auto bare = run_of("bare", {R"({"step":1,"loss":0.5})"});
  CHECK_THROWS_MATCHES(report::run_chart_svg({two_sets("first"), bare}, RunChartMetric::kAccuracy),
                       hone::core::DataError, MessageMatches(ContainsSubstring("bare") && ContainsSubstring("eval/")));
  CHECK_THROWS_MATCHES(report::run_chart_svg({bare}, RunChartMetric::kReward), hone::core::DataError,
                       MessageMatches(ContainsSubstring("bare") && ContainsSubstring("reward")));
}
