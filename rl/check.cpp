#include "rl/check.h"

#include <cmath>
#include <optional>

#include "cost/available_memory.h"
#include "cost/stopwatch.h"
#include "report/format.h"
#include "rl/checks/numerics_check.h"
#include "rl/checks/policy_check.h"
#include "rl/checks/prompt_check.h"
#include "rl/checks/resource_check.h"
#include "rl/checks/sample_check.h"
#include "rl/peak.h"

namespace hone::rl {
namespace {

class Checks {
 public:
  Checks(const RunConfig& config, const RunPaths& paths, const std::function<void(const CheckItem&)>& on_item)
      : config_(config),
        paths_(paths),
        on_item_(on_item),
        folder_(paths.config_folder / config.policy.path),
        available_(config.policy.device == "cpu" ? cost::available_memory() : cost::AvailableMemory{}) {}

  std::vector<CheckItem> run() && {
    // What each of these needs is what the ones before have found.
    if (weights_fit() && load_policy() && read_prompts()) {
      if (plan_resources()) {
        try_out();
      }
    }
    return std::move(items_);
  }

 private:
  bool look(const char* name, const std::function<void(CheckItem&)>& at) {
    items_.push_back(look_at(name, at));
    on_item_(items_.back());
    return items_.back().status != CheckStatus::kFailed;
  }

  /// From config.json alone: a policy that is too large must not be loaded to find that out. Says nothing where it
  /// fits, or where there is something else wrong with the folder, as the policy's own item will.
  bool weights_fit() {
    std::optional<MemoryPlan> plan;
    try {
      const auto model = policies::load_decoder_config(folder_);
      auto shape = policies::model_shape(model);
      if (const auto rank = config_.policy.lora.rank; rank > 0) {
        for (const auto& target : policies::lora_targets(model, config_.policy.lora)) {
          shape.adapter_parameters += rank * (target.rows + target.columns);
        }
      }
      plan = plan_memory(memory_input(config_, shape, model.max_position_embeddings, {}));
    } catch (const core::Error&) {
      return true;
    }
    if (available_.bytes == 0 || plan->bytes(MemoryPhase::kAlways) <= available_.bytes) {
      return true;
    }
    return look("memory", [&](CheckItem& item) { check_memory(item, *plan, available_); });
  }

  bool load_policy() {
    look("policy", [&](CheckItem& item) {
      cost::Stopwatch watch;
      policy_.emplace(
          load_for_training(config_.policy, folder_, device_of(config_.policy, paths_.config_file), config_.seed));
      check_policy(item, config_, *policy_, folder_);
      item.say("loaded in " + report::format_duration(watch.seconds()));
      item.figures["load_seconds"] = watch.seconds();
    });
    return policy_.has_value();
  }

  /// True where there are prompts to go on with, though some may not fit.
  bool read_prompts() {
    look("prompts", [&](CheckItem& item) { check_prompts(item, config_, paths_, *policy_, found_); });
    return found_.extent.longest_prompt > 0;
  }

  /// True where there is memory to try it out.
  bool plan_resources() {
    const auto shape = policy_->shape();
    const bool fits = look("memory", [&](CheckItem& item) {
      const auto context = policy_->config().max_position_embeddings;
      const auto plan = plan_memory(memory_input(config_, shape, context, found_.extent));
      check_memory(item, plan, available_);
    });
    look("compute", [&](CheckItem& item) {
      const auto peak = config_.cost.peak_tflops ? *config_.cost.peak_tflops * 1e12
                                                 : measure_matmul_peak(config_.policy.dtype, policy_->device());
      const auto prompt_tokens = static_cast<std::int64_t>(std::ceil(found_.mean_tokens));
      check_compute(item, config_, step_input(config_, shape, prompt_tokens), peak);
    });
    return fits;
  }

  void try_out() {
    std::vector<Group> groups;
    look("sample", [&](CheckItem& item) { check_sample(item, config_, paths_, *policy_, groups); });
    const bool are_answered = !groups.empty() && groups.front().scores.size() == groups.front().completions.size() &&
                              !groups.front().scores.empty();
    if (are_answered) {
      look("numerics", [&](CheckItem& item) { check_numerics(item, config_, *policy_, std::move(groups)); });
    }
  }

  const RunConfig& config_;
  const RunPaths& paths_;
  const std::function<void(const CheckItem&)>& on_item_;
  std::filesystem::path folder_;
  cost::AvailableMemory available_;  // before the policy is loaded: the plan counts the policy
  std::optional<policies::Policy> policy_;
  PromptsFound found_;
  std::vector<CheckItem> items_;
};

}  // namespace

std::vector<CheckItem> check(const RunConfig& config, const RunPaths& paths,
                             const std::function<void(const CheckItem&)>& on_item) {
  return Checks(config, paths, on_item).run();
}

}  // namespace hone::rl
