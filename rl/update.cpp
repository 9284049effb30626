#include "rl/update.h"

#include <ATen/ATen.h>

#include "cost/stopwatch.h"
#include "rl/clip.h"

namespace hone::rl {

Update::Update(policies::Policy& policy, FusedAdamW& optimizer, cost::Ledger& ledger, policies::Activations activations)
    : policy_(policy), optimizer_(optimizer), ledger_(ledger), activations_(activations) {}

void Update::accumulate(const policies::PackedBatch& batch, double temperature, std::int64_t chunk_tokens,
                        const LossOf& loss_of) {
  const auto shape = policy_.shape();
  const auto flops = batch.forward_flops(shape);
  const auto head_flops =
      2.0 * static_cast<double>(cost::head_matmul_parameters(shape)) * static_cast<double>(batch.targets.size(0));
  cost::Stopwatch watch;
  const auto loss = loss_of(
      policies::packed_logprobs(policy_, batch, temperature, chunk_tokens, {policies::Adapters::kOn, activations_}));
  ledger_.add(cost::Phase::kForward, {watch.lap(), batch.tokens(), flops, flops});
  loss.backward();
  policy_.collect_gradients();
  // The head's logits are computed once more in the backward, and the layers where activations are not kept: hardware
  // FLOPs that the mathematics does not ask for.
  const auto backward = batch.backward_flops(shape);
  const auto again = activations_ == policies::Activations::kRecomputed ? flops : head_flops;
  ledger_.add(cost::Phase::kBackward, {watch.lap(), batch.tokens(), backward, backward + again});
}

at::Tensor Update::step(double learning_rate, double max_grad_norm) {
  cost::Stopwatch watch;
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients = policy_.gradients();
  if (!gradients.front().defined()) {
    return at::zeros({}, at::TensorOptions().dtype(at::kFloat).device(policy_.device()));
  }
  const auto norm = max_grad_norm > 0 ? clip_gradients(gradients, max_grad_norm) : gradient_norm(gradients);
  optimizer_.step(gradients, learning_rate);
  policy_.refresh();
  policy_.clear_gradients();
  ledger_.add(cost::Phase::kOptimizer, {watch.lap(), 0, 0.0, 0.0});
  return norm;
}

}  // namespace hone::rl
