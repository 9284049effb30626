#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cost/ledger.h"
#include "datasets/mixture.h"
#include "policies/prompt_format.h"
#include "rewards/pool.h"
#include "rl/config.h"
#include "rl/run_paths.h"
#include "rollout/generator.h"

namespace hone::rl {

/// One question, the policy's answers and what they are worth.
struct Group {
  std::shared_ptr<const datasets::Question> question;
  rollout::Prompt prompt;
  std::vector<rollout::Completion> completions;  // [num_generations], by sample
  std::vector<std::string> texts;                // [num_generations]
  std::vector<rewards::Score> scores;            // [num_generations]
  std::vector<double> rewards;                   // [num_generations]: the score, less the overlong punishment
};

/// What one step learns from: groups of equal size.
struct Experience {
  std::vector<Group> groups;
  rollout::RolloutWork rollout;
  rewards::Usage services;             // what scorers asked of judges
  double scoring_wait_s = 0.0;         // after the last completion ended
  std::vector<Group> refilled_groups;  // what dynamic sampling threw away: sampled and scored, and not learnt from
  cost::Work refilled;                 // their rollout work

  [[nodiscard]] std::size_t sampled_groups() const { return groups.size() + refilled_groups.size(); }

  [[nodiscard]] at::Tensor rewards() const;   // [prompts, group] float64
  [[nodiscard]] at::Tensor is_valid() const;  // [prompts, group] bool: the scorers did their work
  [[nodiscard]] at::Tensor lengths() const;   // [prompts, group] int64
};

/// Draws questions, rolls out groups and scores them; scoring starts as each completion ends and overlaps generation.
class ExperienceCollector {
 public:
  ExperienceCollector(const RunConfig& config, const RunPaths& paths, const policies::Policy& policy,
                      datasets::DataConfig data);

  /// `cursor`, the position in the endless row of questions, moves on. Throws RunError when scorers fail too often.
  Experience collect(std::int64_t step, std::uint64_t& cursor);

 private:
  std::vector<Group> ask(std::uint64_t& cursor);
  void answer(std::vector<Group>& groups, std::int64_t step, Experience& experience);
  void score(std::vector<Group>& groups, Experience& experience);
  void check_scorers(const std::vector<Group>& groups) const;

  const RunConfig& config_;
  const policies::Policy& policy_;
  policies::PromptFormat format_;
  datasets::Mixture mixture_;
  rollout::Generator generator_;
  rewards::ScoringPool pool_;
};

/// For the ledger.
[[nodiscard]] cost::ServiceUse service_use(const rewards::Usage& usage);
/// True if at least two answers have a valid score and not all rewards are exactly equal.
[[nodiscard]] bool rewards_differ(const Group& group);
/// Decoding FLOPs and tokens of one answer.
[[nodiscard]] cost::Work decode_work(const Group& group, std::size_t sample, const cost::ModelShape& shape);
/// Rollout FLOPs and tokens of a group, its prompt counted once.
[[nodiscard]] cost::Work rollout_work(const Group& group, const cost::ModelShape& shape);

}  // namespace hone::rl
