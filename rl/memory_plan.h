#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cost/flops.h"

namespace hone::rl {

struct RunConfig;

/// Which code attention runs through: the CPU kernels keep a row of sums, ATen's calls keep a matrix of scores.
enum class AttentionPath { kKernels, kAten };

/// What a run's memory follows from. Numbers alone: it needs no policy and no machine.
struct MemoryInput {
  cost::ModelShape model;
  std::int64_t context = 0;
  std::int64_t compute_bytes = 4;  // of a weight and an activation: 4 in float32, 2 in bfloat16
  AttentionPath attention = AttentionPath::kKernels;
  std::int64_t longest_prompt = 0;  // tokens, in training
  std::int64_t max_completion_length = 0;
  std::int64_t longest_sequence = 0;  // a prompt and its answer, in training or evaluation
  std::int64_t sequences = 0;         // answers of a step or of an evaluation, whichever are more
  std::int64_t slots = 0;
  std::int64_t micro_batch_tokens = 0;
  std::int64_t step_tokens = 0;  // of all prompts and answers that an optimizer step is made of
  std::int64_t logprob_chunk_tokens = 0;
  bool has_reference = false;
  std::int64_t adapter_parameters = 0;  // LoRA's, trained in place of the weights; 0: there are none
  bool recomputes = false;              // activations are not kept
};

/// What the config's questions ask of the rollout.
struct RolloutExtent {
  std::int64_t longest_prompt = 0;    // in training
  std::int64_t longest_sequence = 0;  // a prompt and max_completion_length, in training or evaluation
  std::int64_t sequences = 0;         // of a step or of an evaluation, whichever are more
};

/// What a config asks of a model of this shape.
[[nodiscard]] MemoryInput memory_input(const RunConfig& config, const cost::ModelShape& model, std::int64_t context,
                                       const RolloutExtent& extent);

/// The rollout's memory is given back before the update takes its own.
enum class MemoryPhase { kAlways, kRollout, kUpdate };
[[nodiscard]] std::string_view memory_phase_name(MemoryPhase phase);

struct MemoryRow {
  std::string name;
  std::int64_t bytes = 0;
  MemoryPhase phase = MemoryPhase::kAlways;
  std::string from;        // what it follows from, for people
  std::string lowered_by;  // the key that lowers it; empty where only another policy does
};

struct MemoryPlan {
  std::vector<MemoryRow> rows;

  [[nodiscard]] std::int64_t bytes(MemoryPhase phase) const;
  /// What is always there, and the larger one of rollout and update.
  [[nodiscard]] std::int64_t peak() const;
  /// The keys that lower the peak, the one that matters most first; without those that hardly matter beside it.
  [[nodiscard]] std::vector<std::string> to_lower() const;
};

/// Tensors of a run of `hone train` at their largest. Not in it: the program itself (a few hundred MiB of libtorch),
/// the questions, and what the allocator loses between blocks.
[[nodiscard]] MemoryPlan plan_memory(const MemoryInput& input);

/// The most tokens that go through forward and backward at once: an answer that is longer than a micro-batch goes
/// alone.
[[nodiscard]] std::int64_t micro_batch_tokens_at_most(const MemoryInput& input);

/// What autograd keeps of one token from the forward to the backward, without the scores of the ATen path.
[[nodiscard]] std::int64_t saved_bytes_per_token(const MemoryInput& input);

}  // namespace hone::rl
