#include "rl/config.h"

#include <algorithm>
#include <set>

#include "core/config_text.h"
#include "core/error.h"
#include "policies/chat/chat_template.h"

namespace hone::rl {
namespace {

void refuse_filters(const rollout::SamplingConfig& sampling, const std::string& source) {
  if (sampling.top_k > 0 || sampling.top_p < 1.0 || sampling.min_p > 0.0) {
    throw core::ConfigError(
        source +
        ": rollout.top_k, rollout.top_p and rollout.min_p must be off (0, 1, 0) in training: the loss "
        "takes its log-probabilities over the whole vocabulary, so filtered samples would bias the ratio");
  }
  if (sampling.temperature <= 0.0) {
    throw core::ConfigError(source + ": rollout.temperature is 0, needs more: a greedy group has nothing to compare");
  }
}

}  // namespace

RunConfig resolve(RunConfig config, const std::string& source) {
  refuse_filters(config.rollout.sampling, source);
  if (config.policy.path.empty()) {
    throw core::ConfigError(source + ": policy.path is missing, needs a Hugging Face folder");
  }
  const auto templates = policies::chat_template_names();
  if (std::find(templates.begin(), templates.end(), config.policy.chat_template) == templates.end()) {
    throw core::ConfigError(source + ": policy.chat_template is \"" + config.policy.chat_template + "\", needs " +
                            core::text::one_of(templates));
  }
  config.algorithm = resolve(config.algorithm,
                             {config.rollout.num_generations, config.rollout.sampling.max_completion_length}, source);
  std::set<std::string> names;
  for (auto& set : config.eval.sets) {
    if (!names.insert(set.name).second) {
      throw core::ConfigError(source + ": eval.sets: two sets are called " + set.name);
    }
    if (set.scorers.empty()) {
      set.scorers["exact_math"].type = "exact_math";
    }
  }
  return config;
}

}  // namespace hone::rl
