#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/chart.h"

namespace hone::report {

/// What a run left in its folder. A file that is not there (the run is under way, or logs no samples) is null or empty.
struct RunFolder {
  std::string name;
  nlohmann::ordered_json config;
  nlohmann::ordered_json summary;
  nlohmann::ordered_json ledger;
  std::vector<nlohmann::ordered_json> metrics;  // one a step
  std::vector<nlohmann::ordered_json> samples;
};

/// Throws FileError where the folder or its metrics.jsonl cannot be read, DataError with file:line where a file is no
/// JSON. A last line that is being written is left out.
[[nodiscard]] RunFolder read_run_folder(const std::filesystem::path& folder);

/// One metric over the steps that have it; empty when none has. "nan" and "inf" are gaps.
[[nodiscard]] Series metric_series(const RunFolder& run, const std::string& key, const std::string& name);

/// Accuracy in percent of each evaluation set, from the keys eval/SET/accuracy, with the band of eval/SET/ci95.
[[nodiscard]] std::vector<Series> accuracy_series(const RunFolder& run);

/// The series in at most `most` points, each the mean of its neighbours; bands are dropped when points are joined.
[[nodiscard]] Series thinned(const Series& series, std::size_t most);

}  // namespace hone::report
