#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cost/ledger.h"
#include "policies/policy.h"
#include "rl/advantage.h"
#include "rl/config.h"
#include "rl/experience.h"
#include "rl/fused_adamw.h"
#include "rl/micro_batch.h"
#include "rl/update.h"

namespace hone::rl {

/// Everything that a step produced, for whoever records it.
struct StepResult {
  std::int64_t step = 0;  // 1 is the first
  Experience experience;
  Advantages advantages;
  UpdateRows rows;
  std::map<std::string, double> loss_metrics;  // TRL's names, over the step's updates
  double grad_norm = 0.0;
  double learning_rate = 0.0;
};

/// Group-relative policy optimisation: one step draws questions, rolls out groups, scores them and updates the policy.
class Trainer {
 public:
  /// The policy is updated in place. `data` has its paths resolved. Throws ConfigError, FileError, DataError.
  Trainer(const RunConfig& config, const RunPaths& paths, policies::Policy& policy, datasets::DataConfig data,
          const std::filesystem::path& reference_folder, cost::Ledger& ledger);

  /// Throws RunError where the loss is not finite or scorers fail too often.
  StepResult step();

  [[nodiscard]] FusedAdamW& optimizer() { return optimizer_; }
  [[nodiscard]] std::int64_t steps_done() const { return step_; }
  /// False after a step that was stopped halfway through its updates: the weights are no step's.
  [[nodiscard]] bool is_between_steps() const { return is_between_steps_; }
  /// What a checkpoint keeps beside weights and moments.
  [[nodiscard]] nlohmann::json state() const;
  void restore(std::int64_t step, const nlohmann::json& state);

 private:
  void update(StepResult& result);
  void update_minibatch(StepResult& result, std::vector<MicroBatch>& batches, const Denominators& denominators,
                        bool is_first, MetricSums& sums, double& norm);
  void add_old_logprobs(std::vector<MicroBatch>& batches);
  void add_reference_logprobs(std::vector<MicroBatch>& batches);
  void account(const StepResult& result);

  const RunConfig& config_;
  policies::Policy& policy_;
  std::optional<policies::Policy> reference_;  // where the loss has a KL term and there are no adapters to switch off
  ExperienceCollector collector_;
  FusedAdamW optimizer_;
  cost::Ledger& ledger_;
  Update update_;
  std::int64_t step_ = 0;
  std::uint64_t cursor_ = 0;  // questions drawn so far
  bool is_between_steps_ = true;
};

}  // namespace hone::rl
