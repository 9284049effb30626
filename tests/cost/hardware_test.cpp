#include "cost/hardware.h"

#include <catch2/catch_test_macros.hpp>

#include "core/error.h"
#include "cost/cost_config.h"

using namespace hone;

TEST_CASE("a machine is described from what the kernel says", "[cost][hardware]") {
  const auto machine = cost::parse_machine(
      "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7763 64-Core Processor\n",
      "MemTotal:       16384000 kB\nMemFree:          100 kB\n", 2);
  CHECK(machine.cpu == "AMD EPYC 7763 64-Core Processor");
  CHECK(machine.cores == 2);
  CHECK(machine.memory_bytes == 16'777'216'000);
  CHECK(cost::in_words(machine) == "2 cores of AMD EPYC 7763 64-Core Processor, 16 GiB");
}

TEST_CASE("a machine that says nothing is still described", "[cost][hardware]") {
  CHECK(cost::in_words(cost::parse_machine("", "", 1)) == "1 core of unknown CPU");
  CHECK(cost::in_words(cost::parse_machine("model name\t:", "MemTotal: x kB", 1)) == "1 core of unknown CPU");
  CHECK(cost::parse_machine(":\n:::\n\n", ":", 3).cores == 3);
  CHECK(cost::describe_machine().cores >= 1);
}

TEST_CASE("dollars and utilization are shown only where price and peak are known", "[cost]") {
  const cost::Work work{.seconds = 10.0, .tokens = 1, .model_flops = 2e12, .hardware_flops = 4e12};
  CHECK_FALSE(cost::usd({}, 3600.0));
  CHECK_FALSE(cost::model_flops_utilization({}, work));
  cost::CostConfig config;
  config.usd_per_hour = 1.5;
  config.peak_tflops = 0.5;
  CHECK(cost::usd(config, 7200.0) == 3.0);
  CHECK(cost::model_flops_utilization(config, work) == 0.4);
  CHECK_FALSE(cost::model_flops_utilization(config, cost::Work{}));
}

TEST_CASE("a cost config reads numbers and null, and refuses a negative price", "[cost]") {
  const auto config =
      core::from_json<cost::CostConfig>({{"usd_per_hour", 0.4}, {"peak_tflops", nullptr}}, "t.json", "cost");
  CHECK(config.usd_per_hour == 0.4);
  CHECK_FALSE(config.peak_tflops);
  CHECK_THROWS_AS(core::from_json<cost::CostConfig>({{"usd_per_hour", -1}}, "t.json", "cost"), core::ConfigError);
}
