#include "rewards/judge/agreement.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/random.h"

namespace hone::rewards {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr double kPositive = 0.5;  // from here on a score or a label counts as yes
constexpr int kBootstrapSamples = 1000;

using Measure = std::function<double(std::span<const Graded>)>;

double f1(std::span<const int> labels, std::span<const int> found, int of) {
  double both = 0;
  double either = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    both += labels[i] == of && found[i] == of ? 1 : 0;
    either += (labels[i] == of ? 1 : 0) + (found[i] == of ? 1 : 0);
  }
  return either == 0 ? kNothing : 2 * both / either;
}

std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranked(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) {
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      ranked[order[i]] = static_cast<double>(begin + end - 1) / 2;
    }
    begin = end;
  }
  return ranked;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double pearson(std::span<const double> left, std::span<const double> right) {
  const double left_mean = mean(left);
  const double right_mean = mean(right);
  double product = 0;
  double left_squares = 0;
  double right_squares = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    product += (left[i] - left_mean) * (right[i] - right_mean);
    left_squares += (left[i] - left_mean) * (left[i] - left_mean);
    right_squares += (right[i] - right_mean) * (right[i] - right_mean);
  }
  return left_squares > 0 && right_squares > 0 ? product / std::sqrt(left_squares * right_squares) : kNothing;
}

std::vector<int> positives(std::span<const Graded> graded, double Graded::*of) {
  std::vector<int> is_positive;
  for (const Graded& one : graded) {
    is_positive.push_back(one.*of >= kPositive ? 1 : 0);
  }
  return is_positive;
}

std::vector<double> values(std::span<const Graded> graded, double Graded::*of) {
  std::vector<double> taken;
  for (const Graded& one : graded) {
    taken.push_back(one.*of);
  }
  return taken;
}

std::vector<int> at_levels(std::span<const Graded> graded, double Graded::*of, std::span<const double> levels) {
  std::vector<int> taken;
  for (const Graded& one : graded) {
    taken.push_back(nearest_level(levels, one.*of));
  }
  return taken;
}

/// Percentiles of the measure over samples drawn with replacement; those where it is not defined are left out.
Estimate bootstrap(std::span<const Graded> graded, std::uint64_t seed, const Measure& measure) {
  Estimate estimate{measure(graded), kNothing, kNothing};
  if (graded.size() < 2 || !std::isfinite(estimate.value)) {
    return estimate;
  }
  std::vector<double> drawn;
  std::vector<Graded> sample(graded.size());
  for (int i = 0; i < kBootstrapSamples; ++i) {
    core::RandomStream stream(seed, "judge/bootstrap", static_cast<std::uint64_t>(i));
    for (Graded& one : sample) {
      one = graded[static_cast<std::size_t>(stream.integer(0, static_cast<std::int64_t>(graded.size()) - 1))];
    }
    if (const double value = measure(sample); std::isfinite(value)) {
      drawn.push_back(value);
    }
  }
  if (drawn.size() < kBootstrapSamples / 2) {
    return estimate;
  }
  std::sort(drawn.begin(), drawn.end());
  const auto at = [&](double share) {
    return drawn[static_cast<std::size_t>(std::lround(share * static_cast<double>(drawn.size() - 1)))];
  };
  estimate.low = at(0.025);
  estimate.high = at(0.975);
  return estimate;
}

}  // namespace

Estimate proportion(std::int64_t count, std::int64_t n) {
  if (n == 0) {
    return {kNothing, kNothing, kNothing};
  }
  constexpr double kZ = 1.959963984540054;
  const auto total = static_cast<double>(n);
  const double share = static_cast<double>(count) / total;
  const double centre = (share + kZ * kZ / (2 * total)) / (1 + kZ * kZ / total);
  const double half =
      kZ / (1 + kZ * kZ / total) * std::sqrt(share * (1 - share) / total + kZ * kZ / (4 * total * total));
  return {share, std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

double cohens_kappa(std::span<const int> left, std::span<const int> right, int categories, KappaWeights weights) {
  const auto size = static_cast<std::size_t>(categories);
  std::vector<double> of_left(size);
  std::vector<double> of_right(size);
  const auto disagreement = [&](double a, double b) {
    return weights == KappaWeights::kQuadratic ? (a - b) * (a - b) : (a == b ? 0.0 : 1.0);
  };
  double observed = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    ++of_left[static_cast<std::size_t>(left[i])];
    ++of_right[static_cast<std::size_t>(right[i])];
    observed += disagreement(left[i], right[i]);
  }
  double expected = 0;
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      expected += of_left[a] * of_right[b] * disagreement(static_cast<double>(a), static_cast<double>(b));
    }
  }
  return expected > 0 ? 1 - observed * static_cast<double>(left.size()) / expected : kNothing;
}

double balanced_f1(std::span<const int> labels, std::span<const int> found) {
  const double positive = f1(labels, found, 1);
  const double negative = f1(labels, found, 0);
  if (std::isnan(positive) || std::isnan(negative)) {
    return std::isnan(positive) ? negative : positive;
  }
  return (positive + negative) / 2;
}

double rank_correlation(std::span<const double> left, std::span<const double> right) {
  return left.size() < 2 ? kNothing : pearson(ranks(left), ranks(right));
}

std::vector<double> label_levels(std::span<const Graded> graded) {
  std::vector<double> levels = values(graded, &Graded::label);
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

int nearest_level(std::span<const double> levels, double value) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < levels.size(); ++i) {
    nearest = std::abs(levels[i] - value) <= std::abs(levels[nearest] - value) ? i : nearest;
  }
  return static_cast<int>(nearest);
}

Agreement agreement(std::span<const Graded> graded, std::span<const double> levels, std::uint64_t seed) {
  Agreement found;
  found.n = graded.size();
  const std::vector<int> labels = positives(graded, &Graded::label);
  const std::vector<int> scores = positives(graded, &Graded::score);
  std::int64_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    right += labels[i] == scores[i] ? 1 : 0;
  }
  found.accuracy = proportion(right, static_cast<std::int64_t>(labels.size()));
  found.kappa = bootstrap(graded, seed, [](std::span<const Graded> some) {
    return cohens_kappa(positives(some, &Graded::label), positives(some, &Graded::score), 2, KappaWeights::kNone);
  });
  found.weighted_kappa = bootstrap(graded, seed, [&](std::span<const Graded> some) {
    return levels.size() < 3
               ? kNothing
               : cohens_kappa(at_levels(some, &Graded::label, levels), at_levels(some, &Graded::score, levels),
                              static_cast<int>(levels.size()), KappaWeights::kQuadratic);
  });
  found.balanced_f1 = bootstrap(graded, seed, [](std::span<const Graded> some) {
    return balanced_f1(positives(some, &Graded::label), positives(some, &Graded::score));
  });
  found.offset_points = bootstrap(graded, seed, [](std::span<const Graded> some) {
    return some.empty() ? kNothing : 100 * (mean(values(some, &Graded::score)) - mean(values(some, &Graded::label)));
  });
  const auto with_length = [](double Graded::*of) {
    return [of](std::span<const Graded> some) {
      return rank_correlation(values(some, of), values(some, &Graded::length));
    };
  };
  found.length_correlation = bootstrap(graded, seed, with_length(&Graded::score));
  found.label_length_correlation = bootstrap(graded, seed, with_length(&Graded::label));
  return found;
}

}  // namespace hone::rewards
