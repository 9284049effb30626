#include "rl/run.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "cost/pretraining_card.h"
#include "cost/stopwatch.h"
#include "report/format.h"
#include "report/run_page.h"
#include "rl/peak.h"
#include "rl/run_record.h"
#include "rl/start_probe.h"
#include "rl/step_metrics.h"
#include "rl/summary.h"

namespace hone::rl {
namespace {

double mean_accuracy(const std::vector<SetFigures>& figures) {
  double sum = 0.0;
  for (const auto& set : figures) {
    sum += set.sampled.accuracy.value / static_cast<double>(figures.size());
  }
  return sum;
}

class Run {
 public:
  Run(const RunConfig& config, const RunPaths& paths)
      : config_(config),
        paths_(paths),
        base_(paths.config_folder / config.policy.path),
        policy_(load_for_training(config.policy, base_, device_of(config.policy, paths.config_file), config.seed)),
        pretraining_flops_(cost::pretraining_flops(config.cost, cost::load_pretraining_card(base_))),
        trainer_(config, paths, policy_, with_paths(config.data, paths.config_folder), base_, ledger_),
        evaluator_(config, paths, policy_),
        checkpoints_(paths.out, config.checkpoint) {}

  void run() {
    restore();
    record_.emplace(config_, paths_.out, done_ >= 0 ? done_ : -1);
    if (done_ < 0) {
      begin();
    }
    while (done_ < config_.train.max_steps) {
      if (core::interrupted()) {
        save_checkpoint();
        throw core::Interrupted("interrupted after step " + std::to_string(done_) + "; go on with --resume");
      }
      step();
    }
    finish();
  }

 private:
  /// Step 0: nothing is learnt yet, the scorers are attacked and the sets are asked.
  void begin() {
    probe_scorers(
        config_, paths_, [this](const std::string& line) { record_->say(line); }, ledger_);
    if (!config_.eval.sets.empty()) {
      record_->say("evaluating before the first step");
    }
    report::Metrics line;
    before_ = after_ = evaluate(line);
    done_ = 0;
    record_->write(0, line);
  }

  void step() {
    cost::Stopwatch watch;
    const auto before = ledger_;
    const auto result = learn();
    done_ = result.step;
    report::Metrics line;
    write_step_metrics(result, line);
    rollout_tokens_ += ledger_.work(cost::Phase::kDecode).tokens - before.work(cost::Phase::kDecode).tokens;
    line["num_tokens"] = rollout_tokens_;
    const double step_s = watch.seconds();
    ledger_.add(cost::Phase::kOther, {step_s - (ledger_.total().seconds - before.total().seconds), 0, 0.0, 0.0});
    write_timings(before, ledger_, step_s, line);
    const bool is_last = done_ == config_.train.max_steps;
    if (is_last || (config_.eval.every > 0 && done_ % config_.eval.every == 0)) {
      after_ = evaluate(line);
    }
    write_cost(line);
    record_->write(done_, line);
    record_->write_samples(result);
    record_->write_rollouts(result);
    show(line, step_s);
    if (is_last || checkpoints_.is_due(done_)) {
      save_checkpoint();
    }
  }

  /// A question or a scorer that stops the run takes nothing with it that was learnt before.
  StepResult learn() {
    try {
      return trainer_.step();
    } catch (const core::UserError&) {
      if (done_ > 0 && trainer_.is_between_steps()) {
        save_checkpoint();
        record_->say("step " + std::to_string(done_) + " is saved; go on with --resume");
      }
      throw;
    }
  }

  std::vector<SetFigures> evaluate(report::Metrics& line) {
    cost::Stopwatch watch;
    auto figures = evaluator_.evaluate(ledger_);
    for (const auto& set : figures) {
      set.write_metrics(line);
    }
    line["timing_s/testing"] = watch.seconds();
    if (!figures.empty() && (!best_accuracy_ || mean_accuracy(figures) > *best_accuracy_)) {
      best_accuracy_ = mean_accuracy(figures);
      checkpoints_.mark_best(done_ < 0 ? 0 : done_);
    }
    return figures;
  }

  void write_cost(report::Metrics& line) const {
    line["cost/model_flops"] = ledger_.total().model_flops;
    line["cost/discarded_flops"] = ledger_.discarded().model_flops;
    if (const auto& services = ledger_.services(); services.calls + services.cached > 0) {
      line["cost/service_calls"] = services.calls;
      line["cost/service_tokens"] = services.prompt_tokens + services.completion_tokens;
      line["cost/service_usd"] = services.usd;
    }
    if (pretraining_flops_) {
      line["cost/rl_over_pretraining"] = ledger_.total().model_flops / *pretraining_flops_;
    }
  }

  void show(const report::Metrics& line, double step_s) {
    seconds_ += step_s;
    ++timed_steps_;
    report::ProgressFields fields;
    fields.step = done_;
    fields.max_steps = config_.train.max_steps;
    fields.reward = line["reward"].get<double>();
    if (!after_.empty()) {
      fields.accuracy = mean_accuracy(after_);
    }
    fields.tokens_per_s = line["perf/rollout_tokens_per_s"].get<double>();
    if (pretraining_flops_) {
      fields.rl_over_pretraining = ledger_.total().model_flops / *pretraining_flops_;
    }
    fields.seconds_left =
        seconds_ / static_cast<double>(timed_steps_) * static_cast<double>(config_.train.max_steps - done_);
    record_->show(fields);
  }

  void save_checkpoint() {
    if (saved_ == done_) {
      return;
    }
    cost::Stopwatch watch;
    record_->sync();
    ledger_.add(cost::Phase::kCheckpoint, {watch.lap(), 0, 0.0, 0.0});
    checkpoints_.save(done_, policy_, trainer_.optimizer(),
                      {{"trainer", trainer_.state()},
                       {"ledger", ledger_.to_json()},
                       {"rollout_tokens", rollout_tokens_},
                       {"best_accuracy", best_accuracy_.value_or(-1.0)},
                       {"before", to_state(before_)},
                       {"after", to_state(after_)}});
    ledger_.add(cost::Phase::kCheckpoint, {watch.seconds(), 0, 0.0, 0.0});
    saved_ = done_;
  }

  void restore() {
    const auto latest = checkpoints_.latest();
    if (!paths_.resume || !latest) {
      return;
    }
    const auto state = checkpoints_.restore(*latest, policy_, trainer_.optimizer());
    done_ = saved_ = *latest;
    trainer_.restore(done_, state.at("trainer"));
    ledger_ = cost::Ledger::from_json(state.at("ledger"));
    rollout_tokens_ = state.at("rollout_tokens").get<std::int64_t>();
    if (state.at("best_accuracy").get<double>() >= 0.0) {
      best_accuracy_ = state.at("best_accuracy").get<double>();
    }
    before_ = figures_from_state(state.at("before"));
    after_ = figures_from_state(state.at("after"));
  }

  void finish() {
    save_checkpoint();
    std::optional<double> peak;
    if (config_.cost.peak_tflops) {
      peak = *config_.cost.peak_tflops * 1e12;
    } else {
      peak = measure_matmul_peak(config_.policy.dtype, policy_.device());
    }
    const RunOutcome outcome{done_, checkpoints_.folder(done_).string(), before_, after_, ledger_, pretraining_flops_,
                             peak};
    core::atomic_write_file(paths_.out / "ledger.json", ledger_.to_json().dump(2) + "\n");
    core::atomic_write_file(paths_.out / "summary.json", summary_json(config_, outcome).dump(2) + "\n");
    report::write_run_page(paths_.out);
    record_->say(summary_text(config_, outcome) + "policy  " + outcome.policy);
  }

  const RunConfig& config_;
  const RunPaths& paths_;
  std::filesystem::path base_;
  policies::Policy policy_;
  std::optional<double> pretraining_flops_;
  cost::Ledger ledger_;
  Trainer trainer_;
  Evaluator evaluator_;
  Checkpoints checkpoints_;
  std::optional<RunRecord> record_;
  std::int64_t done_ = -1;  // the last step that is done; -1: not even the first evaluation
  std::int64_t saved_ = -1;
  std::int64_t rollout_tokens_ = 0;
  std::optional<double> best_accuracy_;
  std::vector<SetFigures> before_;
  std::vector<SetFigures> after_;
  double seconds_ = 0.0;
  std::int64_t timed_steps_ = 0;
};

}  // namespace

void train(const RunConfig& config, const RunPaths& paths) {
  Run(config, paths).run();
}

}  // namespace hone::rl
