#pragma once

#include <string>
#include <vector>

#include "report/run_folder.h"

namespace hone::report {

enum class RunChartMetric {
  kAccuracy,  // on the evaluation sets, in percent
  kReward,    // mean of a step's answers
};

/// One picture of one or several runs, as an SVG that needs no other file.
///   accuracy of one run: a curve a set, with its 95 % band; of several runs: a curve a run, the mean over its sets
///   reward: a curve a run
/// Throws DataError naming a run that has nothing to draw.
[[nodiscard]] std::string run_chart_svg(const std::vector<RunFolder>& runs, RunChartMetric metric);
/// Accuracy on one evaluation set: a curve a run, with its 95 % band. Throws DataError naming a run that was not
/// evaluated on it.
[[nodiscard]] std::string set_chart_svg(const std::vector<RunFolder>& runs, const std::string& set);

}  // namespace hone::report
