#include "rl/intervals.h"

#include <cmath>
#include <limits>

namespace hone::rl {
namespace {

constexpr double kZ = 1.959963984540054;  // 97.5 % quantile of the normal distribution

}  // namespace

report::Interval wilson_interval(double successes, std::int64_t trials) {
  if (trials <= 0) {
    return {0.0, 0.0, 1.0};
  }
  const auto n = static_cast<double>(trials);
  const double share = successes / n;
  const double scale = 1.0 + kZ * kZ / n;
  const double center = (share + kZ * kZ / (2.0 * n)) / scale;
  const double half = kZ / scale * std::sqrt(share * (1.0 - share) / n + kZ * kZ / (4.0 * n * n));
  return {share, std::fmax(0.0, center - half), std::fmin(1.0, center + half)};
}

report::Interval mean_interval(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) {
    mean += value / n;
  }
  if (values.size() < 2) {
    return {mean, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  }
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  const double half = kZ * std::sqrt(squares / (n - 1.0) / n);
  return {mean, mean - half, mean + half};
}

}  // namespace hone::rl
