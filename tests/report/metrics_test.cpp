#include "report/metrics.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "tests/report/temporary_folder.h"

namespace report = hone::report;
using hone::core::read_file;

TEST_CASE("a step's metrics are one line, step first, in the order given", "[report][metrics]") {
  const TemporaryFolder folder;
  report::MetricsLog log(folder.path / "metrics.jsonl", -1);
  log.write(1, {{"reward", 0.5}, {"kl", 0.25}, {"completions/mean_length", 12}});
  log.sync();
  CHECK(read_file(folder.path / "metrics.jsonl") ==
        "{\"step\":1,\"reward\":0.5,\"kl\":0.25,\"completions/mean_length\":12}\n");
}

TEST_CASE("numbers that are not finite are named, not hidden as null", "[report][metrics]") {
  const TemporaryFolder folder;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  report::MetricsLog log(folder.path / "metrics.jsonl", -1);
  log.write(1, {{"a", std::numeric_limits<double>::quiet_NaN()}, {"b", {1.5, kInfinity}}, {"c", {{"d", -kInfinity}}}});
  CHECK(read_file(folder.path / "metrics.jsonl") ==
        "{\"step\":1,\"a\":\"nan\",\"b\":[1.5,\"inf\"],\"c\":{\"d\":\"-inf\"}}\n");
}

TEST_CASE("a resumed log continues after the checkpoint's step", "[report][metrics]") {
  const TemporaryFolder folder;
  const auto path = folder.path / "metrics.jsonl";
  {
    report::MetricsLog log(path, -1);
    for (int step = 0; step <= 3; ++step) {
      log.write(step, {{"try", 1}});
    }
  }
  report::MetricsLog(path, 1).write(2, {{"try", 2}});
  CHECK(read_file(path) == "{\"step\":0,\"try\":1}\n{\"step\":1,\"try\":1}\n{\"step\":2,\"try\":2}\n");
  const report::MetricsLog anew(path, -1);
  CHECK(read_file(path).empty());
}
