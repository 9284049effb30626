#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/random.h"
#include "policies/policy.h"
#include "rollout/completion.h"
#include "rollout/generator.h"

namespace hone::rollout {

/// The running rows of one generate() call over their slots: admission, one decode step for all, and leaving.
/// Row arrays are preallocated; nothing grows while it decodes.
class Batch {
 public:
  Batch(const policies::Policy& policy, const std::vector<Prompt>& prompts, std::int64_t samples,
        const SamplingConfig& sampling, const StreamName& stream, std::int64_t slots,
        const OnCompletion& on_completion);

  [[nodiscard]] bool has_waiting() const { return next_ < total_; }
  [[nodiscard]] bool is_running() const { return !rows_.empty(); }
  /// True if enough slots are free for a prefill to be worth its while.
  [[nodiscard]] bool should_admit() const;

  /// Waiting samples take the free slots: their prompts are computed, packed, and each sample draws its first token.
  void admit();
  /// One token for every running row.
  void decode();

  [[nodiscard]] const RolloutWork& work() const { return work_; }

 private:
  struct Row {
    std::int64_t slot = 0;
    Completion completion;
    core::RandomStream stream;
  };
  /// Samples of one prompt that enter together.
  struct Entry {
    std::int64_t prompt = 0;
    std::int64_t first_sample = 0;
    std::int64_t count = 0;
  };

  std::vector<Entry> take_entries();
  /// Makes the entry's rows and gives them slots.
  void seat(const Entry& entry);
  /// Computes the prompts of entries whose rows begin at `first_row`, in one packed pass, and copies each prompt's keys
  /// and values to all of its rows. Gives each prompt's next-token logits, [entries, vocab].
  at::Tensor prefill(std::span<const Entry> entries, std::size_t first_row);
  /// Draws the next token of the rows from `first_row` on.   logits [rows, vocab]
  /// Throws RunError where they are not finite.
  void sample(const at::Tensor& logits, std::size_t first_row);
  /// Rows that are done leave; the order of the others stays.
  void retire(std::size_t first_row);
  [[nodiscard]] std::int64_t home() const { return cache_.slots - 1; }
  [[nodiscard]] bool has_stopped(const Row& row) const;
  [[nodiscard]] std::vector<std::int64_t> slots_of(std::size_t first_row, std::int64_t count) const;
  [[nodiscard]] at::Tensor on_device(const at::Tensor& host) const;
  [[nodiscard]] const Prompt& prompt_of(const Entry& entry) const {
    return prompts_[static_cast<std::size_t>(entry.prompt)];
  }
  [[nodiscard]] bool is_partial(const Entry& entry) const { return entry.first_sample + entry.count < samples_; }

  const policies::Policy& policy_;
  const std::vector<Prompt>& prompts_;
  std::int64_t samples_;
  const SamplingConfig& sampling_;
  StreamName name_;
  const OnCompletion& on_completion_;
  std::size_t longest_stop_bytes_;
  std::int64_t total_;
  std::int64_t next_ = 0;  // samples taken so far, prompt by prompt
  std::vector<Row> rows_;
  std::vector<std::int64_t> free_slots_;
  policies::KvCache cache_;  // one slot more than rows: the home of a prompt whose samples have not all entered
  at::Tensor home_logits_;   // [1, vocab]
  at::Tensor ids_, slots_, positions_, uniforms_, tokens_, logprobs_;  // [slots], on the CPU
  RolloutWork work_;
};

}  // namespace hone::rollout
