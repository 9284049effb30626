#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

#include "cost/ledger.h"
#include "policies/packed_batch.h"
#include "policies/policy.h"
#include "rl/fused_adamw.h"

namespace hone::rl {

/// From the log-probabilities of a micro-batch's targets to its share of the loss, a scalar with grad.
using LossOf = std::function<at::Tensor(const policies::TokenLogprobs&)>;

/// The optimizer step that pretraining and RL share: micro-batches are accumulated in float32, then one step is taken.
/// Seconds, tokens and FLOPs go to the ledger as they happen.
class Update {
 public:
  Update(policies::Policy& policy, FusedAdamW& optimizer, cost::Ledger& ledger,
         policies::Activations activations = policies::Activations::kKept);

  /// Forward and backward of one micro-batch.
  void accumulate(const policies::PackedBatch& batch, double temperature, std::int64_t chunk_tokens,
                  const LossOf& loss_of);
  /// Clips to max_grad_norm (0: not), steps, and lets the working weights follow. Where nothing was accumulated nothing
  /// moves. Returns the gradient's norm before clipping, [] on the device; no sync.
  at::Tensor step(double learning_rate, double max_grad_norm);

 private:
  policies::Policy& policy_;
  FusedAdamW& optimizer_;
  cost::Ledger& ledger_;
  policies::Activations activations_;
};

}  // namespace hone::rl
