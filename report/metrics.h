#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/files.h"

namespace hone::report {

/// A step's metrics in the order in which they are shown.
using Metrics = nlohmann::ordered_json;

/// metrics.jsonl: one object a step, "step" first.
class MetricsLog {
 public:
  /// Continues after `last_step`, dropping later lines and a torn last one; -1 begins anew.
  /// Throws FileError, and DataError where the file is no JSONL of steps.
  MetricsLog(const std::filesystem::path& path, std::int64_t last_step);

  /// Adds a line. JSON has no NaN or infinity, and null would hide a diverging run: they are the strings "nan", "inf"
  /// and "-inf". Throws FileError.
  void write(std::int64_t step, const Metrics& metrics);
  /// Returns when all lines are on disk; before a checkpoint that counts on them.
  void sync() { lines_.sync(); }

 private:
  core::LineWriter lines_;
};

}  // namespace hone::report
