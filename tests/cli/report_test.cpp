#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/files.h"
#include "tests/cli/command.h"

using Catch::Matchers::ContainsSubstring;

TEST_CASE("hone report writes a run's page and prints where it is", "[cli][report]") {
  const command::Workplace here;
  here.write("metrics.jsonl", R"({"step": 1, "reward": 0.25}
{"step": 2, "reward": 0.75}
)");
  const auto result = command::run({"report", here.folder.path.string()});
  REQUIRE(result.status == 0);
  const auto page = here.folder.path / "report.html";
  CHECK(result.out == page.string() + "\n");
  CHECK_THAT(hone::core::read_file(page), ContainsSubstring("<html"));
}

TEST_CASE("hone report names a folder that holds no run", "[cli][report]") {
  const auto result = command::run({"report", "no/such/run"});
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, ContainsSubstring("no/such/run"));
}
