#include "policies/packed_batch.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/error.h"
#include "policies/gather_rows.h"

namespace hone::policies {

double PackedBatch::forward_flops(const cost::ModelShape& shape) const {
  double flops = 0.0;
  for (const auto& span : spans) {
    flops += cost::forward_flops(shape, span);
  }
  return flops;
}

double PackedBatch::backward_flops(const cost::ModelShape& shape) const {
  double flops = 0.0;
  for (const auto& span : spans) {
    flops += cost::backward_flops(shape, span);
  }
  return flops;
}

Segment PackedBatchBuilder::append(Ids ids) {
  const Segment segment{tokens(), static_cast<std::int64_t>(ids.size())};
  ids_.insert(ids_.end(), ids.begin(), ids.end());
  return segment;
}

void PackedBatchBuilder::add_sequence(Ids ids, std::size_t first_target) {
  std::vector<std::uint8_t> is_target(ids.size(), 0);
  for (std::size_t i = first_target; i < ids.size(); ++i) {
    is_target[i] = 1;
  }
  add_sequence(ids, is_target);
}

void PackedBatchBuilder::add_sequence(Ids ids, std::span<const std::uint8_t> is_target) {
  if (ids.empty() || is_target.size() != ids.size() || is_target.front() != 0) {
    throw core::ShapeError("packed batch: a sequence of " + std::to_string(ids.size()) + " tokens with " +
                           std::to_string(is_target.size()) + " marks; needs a token before the first target");
  }
  const auto segment = append(ids.first(ids.size() - 1));
  trees_.push_back({segment, {}});
  const auto targets_before = targets();
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (is_target[i] == 0) continue;
    predictors_.push_back(segment.begin + static_cast<std::int64_t>(i) - 1);
    targets_.push_back(ids[i]);
  }
  spans_.push_back({segment.length, 0, targets() - targets_before});
}

void PackedBatchBuilder::add_group(Ids prompt, std::span<const Ids> completions) {
  if (prompt.empty() || std::any_of(completions.begin(), completions.end(), [](Ids ids) { return ids.empty(); })) {
    throw core::ShapeError("packed batch: a prompt or a completion has no tokens");
  }
  TokenTree tree{append(prompt), {}};
  const auto asks = tree.root.begin + tree.root.length - 1;  // the prompt's last token predicts every first one
  spans_.push_back({tree.root.length, 0, static_cast<std::int64_t>(completions.size())});
  for (const auto& completion : completions) {
    const auto leaf = append(completion.first(completion.size() - 1));
    for (std::size_t i = 0; i < completion.size(); ++i) {
      predictors_.push_back(i == 0 ? asks : leaf.begin + static_cast<std::int64_t>(i) - 1);
      targets_.push_back(completion[i]);
    }
    spans_.push_back({leaf.length, tree.root.length, leaf.length});
    tree.leaves.push_back(leaf);
  }
  trees_.push_back(std::move(tree));
}

PackedBatch PackedBatchBuilder::build(const at::Device& device) && {
  const auto tensor = [&](const std::vector<std::int64_t>& values) { return at::tensor(values, at::kLong).to(device); };
  return {tensor(ids_), make_packed_layout(std::move(trees_), device), tensor(predictors_), tensor(targets_),
          std::move(spans_)};
}

TokenLogprobs packed_logprobs(const Policy& policy, const PackedBatch& batch, double temperature,
                              std::int64_t chunk_tokens, const ForwardMode& mode) {
  const auto& decoder = policy.decoder();
  // Shared: a forward that recomputes calls it again in the backward, when this call is over.
  const auto attention =
      std::make_shared<PackedAttention>(decoder.attention_spec(batch.layout.longest()), batch.layout);
  const auto hidden = decoder.forward(batch.ids, attention, mode);
  return token_logprobs(gather_rows(hidden, batch.predictors), decoder.head(), batch.targets, temperature,
                        chunk_tokens);
}

}  // namespace hone::policies
