#include "report/metrics.h"

#include <cmath>

namespace hone::report {
namespace {

std::filesystem::path cut_back(const std::filesystem::path& path, std::int64_t last_step) {
  core::keep_lines_up_to_step(path, last_step);
  return path;
}

void name_non_finite(Metrics& value) {
  if (value.is_structured()) {
    for (auto& child : value) {
      name_non_finite(child);
    }
  } else if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    const double number = value.get<double>();
    value = std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
  }
}

}  // namespace

MetricsLog::MetricsLog(const std::filesystem::path& path, std::int64_t last_step) : lines_(cut_back(path, last_step)) {}

void MetricsLog::write(std::int64_t step, const Metrics& metrics) {
  Metrics line = {{"step", step}};
  line.update(metrics);
  line["step"] = step;
  name_non_finite(line);
  lines_.write(line.dump(-1, ' ', false, Metrics::error_handler_t::replace));
}

}  // namespace hone::report
