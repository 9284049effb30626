#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// How well two graders agree. Pure functions; what is not defined for the data is NaN.
namespace hone::rewards {

/// A figure with its 95 % interval, NaN where there is none.
struct Estimate {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// One answer that was labelled by a person and scored by a judge, both from 0 to 1.
struct Graded {
  double label = 0.0;
  double score = 0.0;
  double length = 0.0;  // of the answer, in any unit
};

/// A share of n with Wilson's interval (Wilson 1927); n 0: NaN.
[[nodiscard]] Estimate proportion(std::int64_t count, std::int64_t n);

enum class KappaWeights { kNone, kQuadratic };

/// Cohen's kappa of two graders' categories 0 … categories-1, [n] each: 1 - observed / expected disagreement.
/// kQuadratic: disagreement grows with the square of the distance. NaN where chance would agree always.
/// Source: Cohen 1960, 1968.
[[nodiscard]] double cohens_kappa(std::span<const int> left, std::span<const int> right, int categories,
                                  KappaWeights weights);

/// The mean of F1 for the positive and for the negative class, as in HealthBench's meta evaluation. A class that
/// neither has is left out.
[[nodiscard]] double balanced_f1(std::span<const int> labels, std::span<const int> found);

/// Spearman's rank correlation, ties at their mean rank; NaN where one of the two does not vary.
[[nodiscard]] double rank_correlation(std::span<const double> left, std::span<const double> right);

/// The labels' distinct values, ascending: the categories that scores are rounded to.
[[nodiscard]] std::vector<double> label_levels(std::span<const Graded> graded);
/// The nearest level's index; of two equally near the greater.
[[nodiscard]] int nearest_level(std::span<const double> levels, double value);

struct Agreement {
  std::size_t n = 0;
  Estimate accuracy;        // of "at least 0.5", labels against scores
  Estimate kappa;           // of the same
  Estimate weighted_kappa;  // quadratic, over the labels' levels; NaN where these are but 0 and 1
  Estimate balanced_f1;
  Estimate offset_points;             // mean score - mean label, in points of 100: above 0 the judge is lenient
  Estimate length_correlation;        // of score with length
  Estimate label_length_correlation;  // what it would be for a judge that is always right
};

/// All of these. Intervals of the shares are Wilson's, the others percentiles of 1,000 bootstrap samples from the
/// stream (seed, "judge/bootstrap"). `levels` as label_levels() of all data, also where this is a part of it.
[[nodiscard]] Agreement agreement(std::span<const Graded> graded, std::span<const double> levels,
                                  std::uint64_t seed = 0);

}  // namespace hone::rewards
