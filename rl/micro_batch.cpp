#include "rl/micro_batch.h"

#include <ATen/ATen.h>

#include <optional>

namespace hone::rl {
namespace {

/// Collects rows until it is full.
class Collector {
 public:
  Collector(const Advantages& advantages, const UpdateRows& rows, const at::Device& device)
      : advantages_(advantages), update_rows_(rows), device_(device) {}

  void add(const Group& group, const std::vector<std::size_t>& samples, std::int64_t first_row) {
    std::vector<policies::PackedBatchBuilder::Ids> completions;
    for (const auto sample : samples) {
      const auto& completion = group.completions[sample];
      const auto row = first_row + static_cast<std::int64_t>(sample);
      completions.emplace_back(completion.ids);
      const auto* of_token = advantages_.of_token.data() + advantages_.row_offsets[static_cast<std::size_t>(row)];
      token_advantages_.insert(token_advantages_.end(), of_token, of_token + completion.ids.size());
      rollout_logprobs_.insert(rollout_logprobs_.end(), completion.logprobs.begin(), completion.logprobs.end());
      row_of_token_.insert(row_of_token_.end(), completion.ids.size(), static_cast<std::int64_t>(rows_.size()));
      lengths_.push_back(static_cast<std::int64_t>(completion.ids.size()));
      weights_.push_back(update_rows_.weights[static_cast<std::size_t>(row)]);
      rows_.push_back(row);
    }
    builder_.add_group(group.prompt.ids, completions);
  }

  [[nodiscard]] std::int64_t tokens() const { return builder_.tokens(); }

  [[nodiscard]] MicroBatch build() && {
    const auto floats = [&](const std::vector<float>& values) { return at::tensor(values, at::kFloat).to(device_); };
    const auto longs = [&](const std::vector<std::int64_t>& values) {
      return at::tensor(values, at::kLong).to(device_);
    };
    LossInput input;
    input.rollout_logprobs = floats(rollout_logprobs_);
    input.advantages = floats(token_advantages_);
    input.row_of_token = longs(row_of_token_);
    input.row_lengths = longs(lengths_);
    input.row_weight = floats(weights_);
    return {std::move(builder_).build(device_), std::move(input), std::move(rows_)};
  }

 private:
  const Advantages& advantages_;
  const UpdateRows& update_rows_;
  at::Device device_;
  policies::PackedBatchBuilder builder_;
  std::vector<float> token_advantages_, rollout_logprobs_, weights_;
  std::vector<std::int64_t> row_of_token_, lengths_, rows_;
};

}  // namespace

UpdateRows choose_rows(const AlgorithmConfig& config, const Experience& experience, const Advantages& advantages) {
  UpdateRows rows;
  const bool exact = skipping_is_exact(config);
  for (std::size_t g = 0; g < experience.groups.size(); ++g) {
    const auto& group = experience.groups[g];
    for (std::size_t i = 0; i < group.completions.size(); ++i) {
      const auto& completion = group.completions[i];
      const bool masked = !rewards::teaches(group.scores[i].status) ||
                          (config.mask_truncated_completions && completion.finish == rollout::Finish::kLength);
      rows.lengths.push_back(static_cast<std::int64_t>(completion.ids.size()));
      rows.weights.push_back(masked ? 0.0F : 1.0F);
      rows.skipped.push_back(masked || (exact && !advantages.teaches[g]));
    }
  }
  return rows;
}

std::vector<MicroBatch> make_micro_batches(const Experience& experience, const Advantages& advantages,
                                           const UpdateRows& rows, std::size_t begin, std::size_t end,
                                           std::int64_t tokens, const at::Device& device) {
  std::vector<MicroBatch> batches;
  std::optional<Collector> collector(std::in_place, advantages, rows, device);
  const auto flush = [&] {
    if (collector->tokens() > 0) {
      batches.push_back(std::move(*collector).build());
      collector.emplace(advantages, rows, device);
    }
  };
  for (auto g = begin; g < end; ++g) {
    const auto& group = experience.groups[g];
    const auto first_row = static_cast<std::int64_t>(g * group.completions.size());
    const auto prompt = static_cast<std::int64_t>(group.prompt.ids.size());
    std::vector<std::size_t> taken;
    std::int64_t cost = prompt;
    const auto hand_over = [&] {
      if (!taken.empty()) {
        collector->add(group, taken, first_row);
        taken.clear();
        cost = prompt;
      }
    };
    for (std::size_t i = 0; i < group.completions.size(); ++i) {
      if (rows.skipped[static_cast<std::size_t>(first_row) + i]) {
        continue;
      }
      const auto length = static_cast<std::int64_t>(group.completions[i].ids.size());
      if (collector->tokens() + cost + length > tokens && (collector->tokens() > 0 || !taken.empty())) {
        hand_over();
        flush();
      }
      taken.push_back(i);
      cost += length;
    }
    hand_over();
  }
  flush();
  return batches;
}

}  // namespace hone::rl
