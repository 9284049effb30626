#include "report/run_chart.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/error.h"
#include "report/chart.h"

namespace hone::report {
namespace {

constexpr std::size_t kMostPoints = 500;

/// The mean over the sets that were asked at a step; a step of which a set is missing or not finite breaks no other.
Series mean_over_sets(const std::vector<Series>& sets, const std::string& name) {
  std::map<double, std::pair<double, int>> by_step;  // sum, sets
  for (const Series& set : sets) {
    for (std::size_t i = 0; i < set.x.size(); ++i) {
      by_step[set.x[i]].first += set.y[i];
      ++by_step[set.x[i]].second;
    }
  }
  Series mean{name, {}, {}, {}, {}};
  for (const auto& [step, sum] : by_step) {
    mean.x.push_back(step);
    mean.y.push_back(sum.first / sum.second);
  }
  return mean;
}

std::vector<Series> curves(const std::vector<RunFolder>& runs, RunChartMetric metric) {
  std::vector<Series> all;
  for (const RunFolder& run : runs) {
    std::vector<Series> found;
    if (metric == RunChartMetric::kAccuracy) {
      found = accuracy_series(run);
      if (runs.size() > 1 && !found.empty()) {
        found = {mean_over_sets(found, run.name)};
      }
    } else if (Series reward = metric_series(run, "reward", run.name); !reward.x.empty()) {
      found = {thinned(reward, kMostPoints)};
    }
    if (found.empty()) {
      throw core::DataError("run " + run.name + ": its metrics.jsonl needs " +
                            (metric == RunChartMetric::kAccuracy ? "an evaluation (eval/SET/accuracy)" : "a reward") +
                            ", found none");
    }
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace

std::string run_chart_svg(const std::vector<RunFolder>& runs, RunChartMetric metric) {
  Chart chart{.title = "", .x_label = "step", .y_label = "", .series = curves(runs, metric), .y_suffix = ""};
  if (metric == RunChartMetric::kReward) {
    chart.title = "Mean reward of a step's answers";
  } else {
    chart.title = runs.size() == 1 ? "Accuracy on held-out questions, with 95 % intervals"
                                   : "Accuracy on held-out questions, mean over the sets";
    chart.y_suffix = " %";
    chart.y_min = 0;
    chart.y_max = 100;
  }
  return line_chart_svg(chart);
}

std::string set_chart_svg(const std::vector<RunFolder>& runs, const std::string& set) {
  Chart chart{.title = "Accuracy on " + set + ", with 95 % intervals",
              .x_label = "step",
              .y_label = "",
              .series = {},
              .y_suffix = " %",
              .y_min = 0,
              .y_max = 100};
  for (const RunFolder& run : runs) {
    auto sets = accuracy_series(run);
    const auto found = std::find_if(sets.begin(), sets.end(), [&](const Series& one) { return one.name == set; });
    if (found == sets.end()) {
      throw core::DataError("run " + run.name + ": its metrics.jsonl needs eval/" + set + "/accuracy, found none");
    }
    found->name = run.name;
    chart.series.push_back(std::move(*found));
  }
  return line_chart_svg(chart);
}

}  // namespace hone::report
