#include "rl/trainer.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/error.h"
#include "cost/stopwatch.h"

namespace hone::rl {
namespace {

std::optional<policies::Policy> load_reference(const RunConfig& config, const std::filesystem::path& folder,
                                               const at::Device& device) {
  // With adapters the policy is its own reference once they are switched off.
  if (config.algorithm.beta == 0.0 || config.policy.lora.rank > 0) {
    return std::nullopt;
  }
  return policies::Policy::load(folder, config.policy.dtype, policies::Use::kInference, device);
}

/// Log-probabilities without a graph, and what they took.
at::Tensor plain_logprobs(const policies::Policy& policy, const MicroBatch& batch, const RunConfig& config,
                          policies::Adapters adapters, cost::Phase phase, cost::Ledger& ledger) {
  const at::NoGradGuard no_grad;
  cost::Stopwatch watch;
  const auto logprobs = policies::packed_logprobs(policy, batch.packed, config.rollout.sampling.temperature,
                                                  config.policy.logprob_chunk_tokens, {adapters})
                            .logprobs;
  auto shape = policy.shape();
  if (adapters == policies::Adapters::kOff) {
    shape.adapter_parameters = 0;
  }
  const auto flops = batch.packed.forward_flops(shape);
  ledger.add(phase, {watch.seconds(), batch.packed.tokens(), flops, flops});
  return logprobs;
}

}  // namespace

Trainer::Trainer(const RunConfig& config, const RunPaths& paths, policies::Policy& policy, datasets::DataConfig data,
                 const std::filesystem::path& reference_folder, cost::Ledger& ledger)
    : config_(config),
      policy_(policy),
      reference_(load_reference(config, reference_folder, policy.device())),
      collector_(config, paths, policy, std::move(data)),
      optimizer_(policy.masters(), config.train.adamw),
      ledger_(ledger),
      update_(policy, optimizer_, ledger, config.policy.activations()) {}

StepResult Trainer::step() {
  StepResult result;
  result.step = step_ + 1;
  auto cursor = cursor_;
  result.experience = collector_.collect(step_, cursor);
  result.advantages = compute_advantages(config_.algorithm, result.experience.rewards(), result.experience.is_valid(),
                                         result.experience.lengths());
  result.rows = choose_rows(config_.algorithm, result.experience, result.advantages);
  is_between_steps_ = false;
  update(result);
  account(result);
  cursor_ = cursor;
  ++step_;
  is_between_steps_ = true;
  return result;
}

void Trainer::update(StepResult& result) {
  const auto& algorithm = config_.algorithm;
  const auto groups = result.experience.groups.size();
  const auto pieces =
      std::min<std::size_t>(static_cast<std::size_t>(algorithm.minibatches), std::max<std::size_t>(groups, 1));
  const auto samples = static_cast<std::size_t>(config_.rollout.num_generations);
  std::vector<std::vector<MicroBatch>> minibatches;
  for (std::size_t i = 0; i < pieces; ++i) {
    minibatches.push_back(make_micro_batches(result.experience, result.advantages, result.rows, groups * i / pieces,
                                             groups * (i + 1) / pieces, config_.train.micro_batch_tokens,
                                             policy_.device()));
    if (needs_old_logprobs(algorithm)) {
      add_old_logprobs(minibatches.back());
    }
    if (config_.algorithm.beta != 0.0) {
      add_reference_logprobs(minibatches.back());
    }
  }
  MetricSums sums;
  double norm = 0.0;
  for (std::int64_t iteration = 0; iteration < algorithm.num_iterations; ++iteration) {
    for (std::size_t i = 0; i < pieces; ++i) {
      const auto first = groups * i / pieces * samples;
      const auto count = groups * (i + 1) / pieces * samples - first;
      const auto denominators = step_denominators(std::span(result.rows.lengths).subspan(first, count),
                                                  std::span(result.rows.weights).subspan(first, count),
                                                  config_.rollout.sampling.max_completion_length);
      update_minibatch(result, minibatches[i], denominators, iteration == 0 && i == 0, sums, norm);
    }
  }
  if (sums.sums.defined()) {
    result.loss_metrics = metric_values(sums);
  }
  result.grad_norm = norm;
}

void Trainer::update_minibatch(StepResult& result, std::vector<MicroBatch>& batches, const Denominators& denominators,
                               bool is_first, MetricSums& sums, double& norm) {
  for (auto& batch : batches) {
    update_.accumulate(batch.packed, config_.rollout.sampling.temperature, config_.policy.logprob_chunk_tokens,
                       [&](const policies::TokenLogprobs& token) {
                         auto input = batch.input;
                         input.logprobs = token.logprobs;
                         input.entropy = token.entropy;
                         if (is_first) {
                           input.old_logprobs = at::Tensor();  // the weights that sampled: the ratio is exactly 1
                         }
                         auto output = policy_loss(config_.algorithm, input, denominators);
                         if (sums.sums.defined()) {
                           sums.add(output.metrics);
                         } else {
                           sums = output.metrics;
                         }
                         return output.loss;
                       });
  }
  result.learning_rate = learning_rate_at(config_.train.schedule, step_, config_.train.max_steps);
  norm = update_.step(result.learning_rate, config_.train.adamw.max_grad_norm).item<double>();
  if (!std::isfinite(norm)) {
    throw core::RunError("the gradient of step " + std::to_string(step_ + 1) +
                         " is not finite: lower train.learning_rate or train.max_grad_norm");
  }
}

void Trainer::add_old_logprobs(std::vector<MicroBatch>& batches) {
  for (auto& batch : batches) {
    batch.input.old_logprobs =
        plain_logprobs(policy_, batch, config_, policies::Adapters::kOn, cost::Phase::kOldPolicy, ledger_);
  }
}

void Trainer::add_reference_logprobs(std::vector<MicroBatch>& batches) {
  for (auto& batch : batches) {
    batch.input.reference_logprobs =
        reference_
            ? plain_logprobs(*reference_, batch, config_, policies::Adapters::kOn, cost::Phase::kReference, ledger_)
            : plain_logprobs(policy_, batch, config_, policies::Adapters::kOff, cost::Phase::kReference, ledger_);
  }
}

void Trainer::account(const StepResult& result) {
  const auto& experience = result.experience;
  ledger_.add(cost::Phase::kPrefill, experience.rollout.prefill);
  ledger_.add(cost::Phase::kDecode, experience.rollout.decode);
  ledger_.add(cost::Phase::kScoring, {experience.scoring_wait_s, 0, 0.0, 0.0});
  ledger_.charge(service_use(experience.services));
  ledger_.discard(experience.refilled);
  for (std::size_t i = 0; i < experience.groups.size(); ++i) {
    const auto& group = experience.groups[i];
    if (!result.advantages.teaches[i]) {
      ledger_.discard(rollout_work(group, policy_.shape()));
      continue;
    }
    for (std::size_t k = 0; k < group.completions.size(); ++k) {
      if (result.rows.weights[i * group.completions.size() + k] == 0.0F) {  // masked in a group that teaches
        ledger_.discard(decode_work(group, k, policy_.shape()));
      }
    }
  }
}

nlohmann::json Trainer::state() const {
  return {{"cursor", cursor_}};
}

void Trainer::restore(std::int64_t step, const nlohmann::json& state) {
  step_ = step;
  cursor_ = state.at("cursor").get<std::uint64_t>();
}

}  // namespace hone::rl
