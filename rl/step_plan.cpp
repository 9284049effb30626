#include "rl/step_plan.h"

#include <algorithm>

#include "rl/config.h"

namespace hone::rl {
namespace {

/// Micro-batches that a group is spread over.
std::int64_t cuts_of_group(const StepInput& input) {
  const auto room =
      (input.micro_batch_tokens - input.prompt_tokens) / std::max<std::int64_t>(1, input.completion_tokens);
  const auto answers = std::clamp<std::int64_t>(room, 1, input.num_generations);
  return (input.num_generations + answers - 1) / answers;
}

cost::Work times(double factor, const cost::Work& work) {
  return {0.0, static_cast<std::int64_t>(factor * static_cast<double>(work.tokens)), factor * work.model_flops,
          factor * work.hardware_flops};
}

}  // namespace

StepInput step_input(const RunConfig& config, const cost::ModelShape& model, std::int64_t prompt_tokens) {
  return {.model = model,
          .prompts = config.rollout.prompts_per_step,
          .num_generations = config.rollout.num_generations,
          .prompt_tokens = prompt_tokens,
          .completion_tokens = config.rollout.sampling.max_completion_length,
          .micro_batch_tokens = config.train.micro_batch_tokens,
          .num_iterations = config.algorithm.num_iterations,
          .has_old_policy = needs_old_logprobs(config.algorithm),
          .has_reference = config.algorithm.beta != 0.0,
          .recomputes = config.policy.recompute_activations};
}

cost::Ledger plan_step(const StepInput& input) {
  const auto& model = input.model;
  const auto prompts = static_cast<double>(input.prompts);
  const auto group = static_cast<double>(input.num_generations);
  // The first token of an answer comes with its prompt, and the last one is not fed again.
  const auto fed = input.completion_tokens - 1;
  const auto of_answer = cost::forward_flops(model, {fed, input.prompt_tokens, fed});
  const auto of_prompt = cost::forward_flops(model, {input.prompt_tokens, 0, 1});
  cost::Ledger step;
  step.add(cost::Phase::kPrefill, times(prompts, {0.0, input.prompt_tokens, of_prompt, of_prompt}));
  step.add(cost::Phase::kDecode, times(prompts * group, {0.0, input.completion_tokens, of_answer, of_answer}));

  const auto cuts = cuts_of_group(input);
  const auto tokens = cuts * input.prompt_tokens + input.num_generations * fed;
  const auto flops = static_cast<double>(cuts) * cost::forward_flops(model, {input.prompt_tokens, 0, 0}) +
                     group * (of_answer + cost::forward_flops(model, {0, 0, 1}));
  const cost::Work forward{0.0, tokens, flops, flops};
  // The head's logits are computed once more in the backward.
  const auto head = cost::forward_flops(model, {0, 0, input.num_generations * input.completion_tokens});
  const auto iterations = static_cast<double>(input.num_iterations);
  if (input.has_old_policy) {
    step.add(cost::Phase::kOldPolicy, times(prompts, forward));
  }
  if (input.has_reference) {
    step.add(cost::Phase::kReference, times(prompts, forward));
  }
  step.add(cost::Phase::kForward, times(prompts * iterations, forward));
  // Beside frozen weights a product has one backward product less.
  const auto frozen = model.adapter_parameters > 0
                          ? 2.0 * (static_cast<double>(cost::body_matmul_parameters(model) * tokens) +
                                   static_cast<double>(cost::head_matmul_parameters(model) * input.num_generations *
                                                       input.completion_tokens))
                          : 0.0;
  const auto backward = 2.0 * flops - frozen;
  const auto again = input.recomputes ? flops : head;
  step.add(cost::Phase::kBackward, times(prompts * iterations, {0.0, tokens, backward, backward + again}));
  return step;
}

}  // namespace hone::rl
