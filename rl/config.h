#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "cost/cost_config.h"
#include "datasets/mixture.h"
#include "rewards/pool.h"
#include "rewards/probe/probe_config.h"
#include "rewards/registry.h"
#include "rl/algorithm.h"
#include "rl/checkpoint.h"
#include "rl/fused_adamw.h"
#include "rl/policy_config.h"
#include "rl/schedule.h"
#include "rollout/sampling.h"

namespace hone::rl {

struct ScoringConfig {
  rewards::PoolOptions pool;
  double max_masked_share = 0.2;

  template <class Visitor>
  void describe(Visitor& visit) {
    pool.describe(visit);
    visit("max_masked_share", max_masked_share,
          "The run stops when scorers fail on a larger share of a step's answers than this.", core::in_range(0, 1));
  }
};

struct RolloutConfig {
  std::int64_t num_generations = 8;
  std::int64_t prompts_per_step = 32;
  std::int64_t slots = 256;
  rollout::SamplingConfig sampling;
  ScoringConfig scoring;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("num_generations", num_generations, "Answers to each question: the group.", core::at_least(2));
    visit("prompts_per_step", prompts_per_step, "Questions of a step.", core::at_least(1));
    visit("slots", slots, "Sequences that are decoded at once.", core::at_least(1));
    sampling.describe(visit);
    visit("scoring", scoring, "How answers are scored while others are still written.");
  }
};

struct TrainLoopConfig {
  std::int64_t max_steps = 100;
  std::int64_t micro_batch_tokens = 4096;
  ScheduleConfig schedule;
  AdamWConfig adamw;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("max_steps", max_steps, "Rollouts, each followed by its updates.", core::at_least(1));
    visit("micro_batch_tokens", micro_batch_tokens,
          "Tokens that go through forward and backward at once; gradients do not depend on it.", core::at_least(1));
    schedule.describe(visit);
    adamw.describe(visit);
  }
};

/// A set of held-out questions with its own scorers and sampling.
struct EvalSetConfig {
  std::string name;
  datasets::SourceConfig source;
  std::int64_t n = 400;
  std::uint64_t seed = 1;
  std::int64_t num_generations = 1;
  bool greedy = true;
  std::map<std::string, rewards::ScorerConfig> scorers;
  double correct_from = 1.0;
  rollout::SamplingConfig sampling;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("name", name, "What its figures are filed under.", core::not_empty());
    visit("domain", source.domain, "A generated domain; its evaluation split. Or give a path.");
    visit("path", source.path, "A JSONL file of questions.");
    visit("options", source.options, "The generated domain's options.");
    visit("n", n, "Questions; 0 takes all of a file.", core::at_least(0));
    visit("seed", seed, "Which questions; apart from the run's seed, so that runs can be compared.");
    visit("num_generations", num_generations, "Sampled answers to each question.", core::at_least(1));
    visit("greedy", greedy, "Also answer each question with the likeliest tokens.");
    visit("scorers", scorers,
          "Its scorers, with flexible extraction unless they say otherwise; by default exact_math.");
    visit("correct_from", correct_from, "An answer counts as correct from this score on.");
    sampling.describe(visit);
  }
};

struct EvalConfig {
  std::int64_t every = 0;
  std::vector<EvalSetConfig> sets;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("every", every, "Steps between evaluations; 0: only before the first step and after the last.",
          core::at_least(0));
    visit("sets", sets, "What is evaluated.");
  }
};

struct LoggingConfig {
  std::int64_t samples_every = 10;
  std::int64_t samples = 4;
  std::int64_t rollouts_every = 0;
  bool tensorboard = true;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("samples_every", samples_every, "Steps between samples.jsonl's entries; 0: none.", core::at_least(0));
    visit("samples", samples, "Answers that are written each time.", core::at_least(0));
    visit("rollouts_every", rollouts_every,
          "Steps between rollouts.jsonl's entries, all groups of a step as token ids with their log-probabilities and "
          "rewards, to hold other programs to the same step; 0: none.",
          core::at_least(0));
    visit("tensorboard", tensorboard, "Write event files for TensorBoard.");
  }
};

/// The config of `hone train`.
struct RunConfig {
  std::uint64_t seed = 1;
  PolicyConfig policy;
  datasets::DataConfig data;
  std::map<std::string, rewards::ScorerConfig> scorers;
  rewards::probe::ProbeConfig probe;
  RolloutConfig rollout;
  AlgorithmConfig algorithm;
  TrainLoopConfig train;
  EvalConfig eval;
  cost::CostConfig cost;
  CheckpointConfig checkpoint;
  LoggingConfig logging;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("seed", seed, "Names every random stream of the run.");
    visit("policy", policy, "What is trained.");
    visit("data", data, "The questions.");
    visit("scorers", scorers, "What answers are rewarded for, by name; the reward is their weighted sum.",
          core::not_empty());
    visit("probe", probe, "Attacks on the scorers before the first step.");
    visit("rollout", rollout, "How answers are sampled.");
    visit("algorithm", algorithm, "How rewards become a loss.");
    visit("train", train, "The optimizer's steps.");
    visit("eval", eval, "Held-out questions, asked before, during and after.");
    visit("cost", cost, "Prices and peaks.");
    visit("checkpoint", checkpoint, "When the run is saved.");
    visit("logging", logging, "What else is written down.");
  }
};

/// The config with the algorithm's unset keys filled; refuses what contradicts itself, or would train on other
/// probabilities than were sampled from (top_k, top_p, min_p). Throws ConfigError.
[[nodiscard]] RunConfig resolve(RunConfig config, const std::string& source);

}  // namespace hone::rl
