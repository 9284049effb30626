#include "report/run_folder.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/files.h"

namespace hone::report {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

Json read_json(const fs::path& path) {
  if (!fs::exists(path)) {
    return nullptr;
  }
  Json json = Json::parse(core::read_file(path), nullptr, false);
  if (json.is_discarded()) {
    throw core::DataError(path.string() + ": is no JSON");
  }
  return json;
}

std::vector<Json> read_lines(const fs::path& path) {
  const std::string content = core::read_file(path);
  std::vector<Json> lines;
  for (std::size_t start = 0, end = 0; (end = content.find('\n', start)) != std::string::npos; start = end + 1) {
    Json json = Json::parse(content.begin() + static_cast<std::ptrdiff_t>(start),
                            content.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (!json.is_object()) {
      throw core::DataError(path.string() + ":" + std::to_string(lines.size() + 1) + ": needs a JSON object");
    }
    lines.push_back(std::move(json));
  }
  return lines;
}

double number_or_gap(const Json& value) {
  return value.is_number() ? value.get<double>() : kGap;
}

/// SET of eval/SET/accuracy.
std::optional<std::string> set_of(const std::string& key) {
  const std::string prefix = "eval/";
  const std::string suffix = "/accuracy";
  if (key.size() <= prefix.size() + suffix.size() || !key.starts_with(prefix) || !key.ends_with(suffix)) {
    return std::nullopt;
  }
  return key.substr(prefix.size(), key.size() - prefix.size() - suffix.size());
}

/// The set's series, made at its end where it is new.
Series& series_named(std::vector<Series>& all, const std::string& name) {
  for (Series& series : all) {
    if (series.name == name) {
      return series;
    }
  }
  all.push_back({name, {}, {}, {}, {}});
  return all.back();
}

}  // namespace

RunFolder read_run_folder(const fs::path& folder) {
  RunFolder run;
  run.name = fs::weakly_canonical(folder).filename().string();
  run.metrics = read_lines(folder / "metrics.jsonl");
  run.config = read_json(folder / "config.json");
  run.summary = read_json(folder / "summary.json");
  run.ledger = read_json(folder / "ledger.json");
  if (fs::exists(folder / "samples.jsonl")) {
    run.samples = read_lines(folder / "samples.jsonl");
  }
  return run;
}

Series metric_series(const RunFolder& run, const std::string& key, const std::string& name) {
  Series series{name, {}, {}, {}, {}};
  for (const Json& line : run.metrics) {
    if (line.contains("step") && line.contains(key)) {
      series.x.push_back(number_or_gap(line["step"]));
      series.y.push_back(number_or_gap(line[key]));
    }
  }
  return series;
}

std::vector<Series> accuracy_series(const RunFolder& run) {
  std::vector<Series> all;
  for (const Json& line : run.metrics) {
    for (const auto& [key, value] : line.items()) {
      const auto set = set_of(key);
      if (!set || !line.contains("step")) {
        continue;
      }
      Series& series = series_named(all, *set);
      series.x.push_back(number_or_gap(line["step"]));
      series.y.push_back(100 * number_or_gap(value));
      const Json interval = line.value("eval/" + *set + "/ci95", Json());
      const bool has_interval = interval.is_array() && interval.size() == 2;
      series.low.push_back(has_interval ? 100 * number_or_gap(interval[0]) : kGap);
      series.high.push_back(has_interval ? 100 * number_or_gap(interval[1]) : kGap);
    }
  }
  return all;
}

Series thinned(const Series& series, std::size_t most) {
  const std::size_t count = series.x.size();
  if (count <= most || most == 0) {
    return series;
  }
  Series thin{series.name, {}, {}, {}, {}};
  for (std::size_t bucket = 0; bucket < most; ++bucket) {
    const std::size_t first = bucket * count / most;
    const std::size_t last = (bucket + 1) * count / most;
    double x = 0;
    double y = 0;
    for (std::size_t i = first; i < last; ++i) {
      x += series.x[i];
      y += series.y[i];
    }
    thin.x.push_back(x / static_cast<double>(last - first));
    thin.y.push_back(y / static_cast<double>(last - first));
  }
  return thin;
}

}  // namespace hone::report
