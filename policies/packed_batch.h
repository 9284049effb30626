#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "cost/flops.h"
#include "policies/attention.h"
#include "policies/policy.h"
#include "policies/token_logprobs.h"

namespace hone::policies {

/// Sequences packed into one row of tokens, and which of their tokens are to be predicted.
struct PackedBatch {
  at::Tensor ids;  // [tokens] int64, what goes through the decoder
  PackedLayout layout;
  at::Tensor predictors;  // [targets] int64: the row whose hidden state predicts the target
  at::Tensor targets;     // [targets] int64
  std::vector<cost::Span> spans;

  [[nodiscard]] std::int64_t tokens() const { return ids.size(0); }
  [[nodiscard]] double forward_flops(const cost::ModelShape& shape) const;
  [[nodiscard]] double backward_flops(const cost::ModelShape& shape) const;
};

/// Collects sequences. The last token of a sequence is only ever a target, so it does not go through the decoder.
class PackedBatchBuilder {
 public:
  using Ids = std::span<const std::int32_t>;

  /// One sequence; tokens from index `first_target` on are targets.
  /// Throws ShapeError where it is empty or the first target is 0, which nothing predicts.
  void add_sequence(Ids ids, std::size_t first_target);
  /// One sequence of which the tokens marked are targets.   is_target [tokens]
  /// Throws ShapeError where it is empty, the marks are not as many as the tokens, or the first token is marked.
  void add_sequence(Ids ids, std::span<const std::uint8_t> is_target);
  /// Completions of one prompt, which is computed once; all completions' tokens are targets, completion by completion.
  /// Throws ShapeError where the prompt or a completion is empty.
  void add_group(Ids prompt, std::span<const Ids> completions);

  [[nodiscard]] std::int64_t tokens() const { return static_cast<std::int64_t>(ids_.size()); }
  [[nodiscard]] std::int64_t targets() const { return static_cast<std::int64_t>(targets_.size()); }
  [[nodiscard]] PackedBatch build(const at::Device& device) &&;

 private:
  Segment append(Ids ids);

  std::vector<std::int64_t> ids_, predictors_, targets_;
  std::vector<TokenTree> trees_;
  std::vector<cost::Span> spans_;
};

/// Log-probabilities of the batch's targets, [targets], differentiable. Where activations are recomputed, the batch
/// must live until the backward is done.
TokenLogprobs packed_logprobs(const Policy& policy, const PackedBatch& batch, double temperature,
                              std::int64_t chunk_tokens, const ForwardMode& mode = {});

}  // namespace hone::policies
