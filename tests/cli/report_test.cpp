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

TEST_CASE("hone report draws the curves of several runs into one picture", "[cli][report]") {
  const command::Workplace here;
  for (const char* run : {"seed1", "seed2"}) {
    std::filesystem::create_directory(here.folder.path / run);
    here.write(std::string(run) + "/metrics.jsonl", R"({"step": 0, "eval/sums/accuracy": 0.25}
{"step": 2, "reward": 0.75, "eval/sums/accuracy": 0.5}
)");
  }
  const auto folder = [&](const char* name) { return (here.folder.path / name).string(); };
  const auto picture = folder("curves.svg");
  const auto result = command::run({"report", folder("seed1"), folder("seed2"), "--svg", picture});
  REQUIRE(result.status == 0);
  CHECK(result.out == picture + "\n");
  CHECK_THAT(hone::core::read_file(picture), ContainsSubstring("<title>seed2: 50 % at 2</title>"));
  CHECK_FALSE(std::filesystem::exists(here.folder.path / "seed1" / "report.html"));
}

TEST_CASE("hone report refuses a metric without a picture, and one that it does not know", "[cli][report]") {
  CHECK(command::run({"report", "run", "--metric", "reward"}).status == 2);
  CHECK(command::run({"report", "run", "--svg", "x.svg", "--metric", "colour"}).status == 2);
}
