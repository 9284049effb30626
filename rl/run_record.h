#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/files.h"
#include "report/metrics.h"
#include "report/progress.h"
#include "report/tensorboard.h"
#include "rl/config.h"
#include "rl/evaluation.h"
#include "rl/trainer.h"

namespace hone::rl {

/// What a run writes down as it goes, and what its terminal shows: metrics.jsonl, samples.jsonl, TensorBoard events,
/// progress.
class RunRecord {
 public:
  /// Continues after `last_step`, or begins anew where it is -1.
  RunRecord(const RunConfig& config, const std::filesystem::path& folder, std::int64_t last_step);

  void write(std::int64_t step, const report::Metrics& line);
  /// Some answers of a step, chosen by the seed, to read; one of them on the terminal.
  void write_samples(const StepResult& result);
  /// All groups that a step learnt from, as tokens.
  void write_rollouts(const StepResult& result);
  void show(const report::ProgressFields& fields) { progress_.update(fields); }
  void say(std::string_view line) { progress_.message(line); }
  /// Returns when everything is on disk; before a checkpoint that counts on it.
  void sync();

 private:
  const RunConfig& config_;
  report::MetricsLog metrics_;
  core::LineWriter samples_;
  std::optional<core::LineWriter> rollouts_;
  std::optional<report::TensorBoardLog> tensorboard_;
  report::Progress progress_;
};

}  // namespace hone::rl
