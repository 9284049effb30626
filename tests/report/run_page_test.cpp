#include "report/run_page.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "tests/report/temporary_folder.h"

namespace {

namespace report = hone::report;
namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::EndsWith;
using Catch::Matchers::MessageMatches;

void put(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

void fill(const fs::path& folder) {
  put(folder / "config.json", R"({"seed": 1, "policy": {"path": "<img src=x onerror=alert(1)>"}})");
  put(folder / "metrics.jsonl",
      "{\"step\":0,\"eval/arithmetic/accuracy\":0.25,\"eval/arithmetic/ci95\":[0.2,0.3],"
      "\"eval/arithmetic/greedy_accuracy\":0.5}\n"
      "{\"step\":1,\"reward\":0.5,\"kl\":\"nan\",\"entropy\":0.25}\n"
      "{\"step\":2,\"reward\":0.75,\"kl\":0.5,\"eval/arithmetic/accuracy\":0.5}\n"
      "{\"step\":3,\"rew");
  put(folder / "ledger.json", R"({"phases": {"decode": {"seconds": 30, "tokens": 1200, "model_flops": 2e12},
      "backward": {"seconds": 10, "tokens": 600, "model_flops": 4e12}, "reference": {"seconds": 0, "model_flops": 0}}})");
  put(folder / "samples.jsonl",
      "{\"step\":2,\"question\":\"2+3?\",\"completion\":\"</pre><script>alert(1)</script>\",\"score\":1.0}\n");
  put(folder / "summary.json", R"({"steps": 2, "seconds": 192, "seed": 1, "policy": "base", "eval": {"arithmetic":
      {"before": {"n": 400, "accuracy": 0.312, "greedy_accuracy": 0.401},
       "after": {"n": 400, "accuracy": 0.885, "greedy_accuracy": 0.902}}},
      "cost": {"model_flops": 6e12, "over_pretraining": 0.008}, "throughput": {"rollout_tokens_per_s": 12431}})");
}

}  // namespace

TEST_CASE("a run's page shows outcomes, curves, costs, samples and the config", "[report][run_page]") {
  const TemporaryFolder folder;
  fill(folder.path);
  report::write_run_page(folder.path);
  const std::string page = hone::core::read_file(folder.path / "report.html");
  for (const char* part :
       {"31.2 % → 88.5 %", "greedy 40.1 % → 90.2 %, 400 questions", "6 TFLOP", "0.8 % of the base&#39;s pretraining",
        "3 m 12 s", "rollout 12.4k tok/s", "<title>Reward</title>", "<title>Accuracy by set</title>",
        "<title>KL to the reference</title>", "<title>Entropy</title>", "<td>decode</td>", "width:33.33%", "75.0 %",
        "2+3?", "policy base", "prefers-color-scheme: dark"}) {
    CHECK_THAT(page, ContainsSubstring(part));
  }
  CHECK(page.find("<td>decode</td>") < page.find("<td>backward</td>"));  // the longest first
  CHECK(page.find("<td>reference</td>") == std::string::npos);           // no work in it
  CHECK(page.find("<title>Loss</title>") == std::string::npos);          // not measured
  CHECK_THAT(page, EndsWith("</html>\n"));
}

TEST_CASE("nothing that a run wrote can run in its page, and the page loads nothing", "[report][run_page]") {
  const TemporaryFolder folder;
  fill(folder.path);
  const std::string page = report::run_page_html(report::read_run_folder(folder.path));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("<img") == std::string::npos);
  CHECK_THAT(page, ContainsSubstring("&lt;script&gt;alert(1)"));
  for (const char* part : {"<link", "src=\"", "href=\"", "url("}) {
    CHECK(page.find(part) == std::string::npos);
  }
}

TEST_CASE("a run under way has a page from its metrics alone", "[report][run_page]") {
  const TemporaryFolder folder;
  put(folder.path / "metrics.jsonl", "{\"step\":1,\"reward\":0.5}\n");
  const std::string page = report::run_page_html(report::read_run_folder(folder.path));
  CHECK_THAT(page, ContainsSubstring("step 1") && ContainsSubstring("<title>Reward</title>"));
  CHECK(page.find("Config") == std::string::npos);
}

TEST_CASE("accuracy comes by set with its interval", "[report][run_page]") {
  const TemporaryFolder folder;
  fill(folder.path);
  const auto series = report::accuracy_series(report::read_run_folder(folder.path));
  REQUIRE(series.size() == 1);
  CHECK(series[0].name == "arithmetic");
  CHECK(series[0].x == std::vector<double>{0, 2});
  CHECK(series[0].y == std::vector<double>{25, 50});
  CHECK(series[0].low[0] == 20);
  CHECK(series[0].high[0] == 30);
  CHECK(std::isnan(series[0].low[1]));
}

TEST_CASE("a folder that is no run's is named", "[report][run_page]") {
  const TemporaryFolder folder;
  CHECK_THROWS_MATCHES(report::write_run_page(folder.path), hone::core::FileError,
                       MessageMatches(ContainsSubstring("metrics.jsonl: cannot read")));
  put(folder.path / "metrics.jsonl", "{\"step\":1}\nrubbish\n");
  CHECK_THROWS_MATCHES(report::write_run_page(folder.path), hone::core::DataError,
                       MessageMatches(EndsWith("metrics.jsonl:2: needs a JSON object")));
}

TEST_CASE("a long run's curve is thinned to means", "[report][run_page]") {
  report::Series series{"a", {}, {}, {}, {}};
  for (int i = 0; i < 1000; ++i) {
    series.x.push_back(i);
    series.y.push_back(i % 2);
  }
  const report::Series thin = report::thinned(series, 100);
  REQUIRE(thin.x.size() == 100);
  CHECK(thin.x[0] == 4.5);
  CHECK(thin.y[99] == 0.5);
  CHECK(report::thinned(series, 1000).x == series.x);
}
