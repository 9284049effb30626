#include "rl/start_probe.h"

#include "core/error.h"
#include "cost/stopwatch.h"
#include "datasets/mixture.h"
#include "rewards/probe/probe_config.h"
#include "rl/experience.h"

namespace hone::rl {

void probe_scorers(const RunConfig& config, const RunPaths& paths, const std::function<void(const std::string&)>& say,
                   cost::Ledger& ledger) {
  using rewards::probe::ProbeMode;
  if (config.probe.mode == ProbeMode::kOff) {
    return;
  }
  cost::Stopwatch watch;
  const datasets::Mixture mixture(with_paths(config.data, paths.config_folder), config.seed, paths.config_file);
  const auto scorer = rewards::make_scorers(config.scorers, rewards::ExtractionMode::kStrict,
                                            scorer_setting(paths, "scorers", rewards::Purpose::kTraining, config.seed));
  const auto probed =
      rewards::probe::probe_at_start(scorer, mixture.questions(0, static_cast<std::size_t>(config.probe.questions)),
                                     config.probe, config.rollout.scoring.pool, config.seed);
  for (const auto& line : probed.lines) {
    say(line);
  }
  ledger.charge(service_use(probed.report.usage));
  ledger.add(cost::Phase::kOther, {watch.seconds(), 0, 0.0, 0.0});
  if (config.probe.mode == ProbeMode::kRefuse && !probed.report.held()) {
    throw core::RunError(paths.config_file +
                         ": the scorers reward answers that deserve nothing, and probe.mode is refuse");
  }
}

}  // namespace hone::rl
