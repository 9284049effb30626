#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cost/ledger.h"
#include "policies/policy.h"
#include "rollout/completion.h"
#include "rollout/sampling.h"

namespace hone::rollout {

/// The random streams of one call: sample i of prompt p draws from (seed, purpose, step, (p.stream, i)) alone, its
/// token t at position t, so that slot count, batch and order of finishing change nothing.
struct StreamName {
  std::uint64_t seed = 0;
  std::string purpose;  // "rollout", "eval/<set>/…"
  std::uint64_t step = 0;
};

struct RolloutWork {
  cost::Work prefill;
  cost::Work decode;
};

using OnCompletion = std::function<void(Completion&&)>;

/// Continuous batching over preallocated slots: finished rows leave, waiting ones enter; a prompt is computed once and
/// its keys and values serve all of its samples.
class Generator {
 public:
  /// The policy is borrowed, with its current weights at every call: there is nothing to synchronise.
  /// Throws ConfigError without a slot.
  Generator(const policies::Policy& policy, std::int64_t slots);

  /// Samples `samples` answers to every prompt; hands each over as it ends (order of ending), on the calling thread.
  /// Throws DataError where a prompt is empty, holds a token that the policy does not know, or does not fit the
  /// policy's context together with max_completion_length; RunError where logits are not finite.
  RolloutWork generate(const std::vector<Prompt>& prompts, std::int64_t samples, const SamplingConfig& sampling,
                       const StreamName& stream, const OnCompletion& on_completion);

 private:
  const policies::Policy& policy_;
  std::int64_t slots_;
};

/// The answer's text: without the end-of-sequence token, cut before the first stop string.
std::string completion_text(const policies::Policy& policy, const Completion& completion,
                            const std::vector<std::string>& stop);

/// Where the first of the stop strings begins in the text; npos where none does.
std::size_t find_stop(const std::string& text, const std::vector<std::string>& stop);

}  // namespace hone::rollout
