#include "report/summary.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace report = hone::report;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the closing summary is lines a person can read", "[report][summary]") {
  const std::vector<report::SetOutcome> sets = {{.set = "arithmetic",
                                                 .questions = 400,
                                                 .before = 0.312,
                                                 .after = 0.885,
                                                 .gain = {0.573, 0.519, 0.627},
                                                 .greedy_before = 0.401,
                                                 .greedy_after = 0.902},
                                                {.set = "logic",
                                                 .questions = 500,
                                                 .before = 0.5,
                                                 .after = 0.49,
                                                 .gain = {-0.01, -0.05, 0.03},
                                                 .greedy_before = {},
                                                 .greedy_after = {}}};
  const report::RunCost cost{.model_flops = 1.2e13,
                             .over_pretraining = 0.008,
                             .seconds = 192,
                             .hardware = "2 cores",
                             .usd = 0.004,
                             .rollout_tokens_per_s = 12'431,
                             .update_tokens_per_s = 8'000};
  CHECK(report::closing_summary(sets, cost) ==
        "arithmetic  31.2 % → 88.5 %  (+57.3 points, 95 % [+51.9, +62.7])     greedy 40.1 % → 90.2 %  n=400\n"
        "logic       50.0 % → 49.0 %  (-1.0 points, 95 % [-5.0, +3.0], n.s.)  n=500\n"
        "cost        12 TFLOP, 0.8 % of the base's pretraining, 3 m 12 s on 2 cores, $0.004\n"
        "throughput  rollout 12.4k tok/s, update 8k tok/s\n");
}

TEST_CASE("a gain whose interval touches zero is not significant", "[report][summary]") {
  report::SetOutcome set{.set = "a", .questions = 10, .before = 0.5, .after = 0.6, .gain = {0.1, 0.0, 0.2}};
  CHECK_THAT(report::closing_summary({set}, {}), ContainsSubstring("[+0.0, +20.0], n.s.)"));
  set.gain.low = 0.01;
  CHECK(report::closing_summary({set}, {}).find("n.s.") == std::string::npos);
  set.gain = {-0.0001, -0.2, -0.1};
  CHECK_THAT(report::closing_summary({set}, {}), ContainsSubstring("(+0.0 points, 95 % [-20.0, -10.0])"));
}
