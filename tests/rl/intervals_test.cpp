#include "rl/intervals.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

using namespace hone::rl;
using Catch::Approx;

// Expected: scipy 1.17.1, binomtest(successes, trials).proportion_ci(method="wilson").
TEST_CASE("the interval of a share is Wilson's", "[rl][intervals]") {
  const auto check = [](double successes, std::int64_t trials, double low, double high) {
    const auto interval = wilson_interval(successes, trials);
    CHECK(interval.value == Approx(successes / static_cast<double>(trials)));
    CHECK(interval.low == Approx(low).margin(1e-12));
    CHECK(interval.high == Approx(high).margin(1e-12));
  };
  check(8, 10, 0.4901624715366418, 0.9433178485456248);
  check(0, 8, 0.0, 0.32440756488388023);
  check(1, 1, 0.20654931437723745, 1.0);
  check(123, 400, 0.2642873977313039, 0.3543748355874003);
}

TEST_CASE("a share of nothing can be anything", "[rl][intervals]") {
  const auto interval = wilson_interval(0, 0);
  CHECK(interval.low == 0.0);
  CHECK(interval.high == 1.0);
}

// Expected: scipy 1.17.1, norm.interval(0.95, mean, sem(values)).
TEST_CASE("the interval of a mean is the normal one with the sample deviation", "[rl][intervals]") {
  const std::vector<double> values = {1, 0, 0.5, 1, -0.25};
  const auto interval = mean_interval(values);
  CHECK(interval.value == Approx(0.45));
  CHECK(interval.low == Approx(-0.04969473015544018).margin(1e-12));
  CHECK(interval.high == Approx(0.9496947301554401).margin(1e-12));
}

TEST_CASE("one value says nothing about the mean", "[rl][intervals]") {
  const std::vector<double> one = {0.5};
  CHECK(mean_interval(one).value == 0.5);
  CHECK(std::isinf(mean_interval(one).low));
  CHECK(std::isinf(mean_interval(one).high));
}
