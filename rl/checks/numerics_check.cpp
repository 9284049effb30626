#include "rl/checks/numerics_check.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/format.h"
#include "rl/clip.h"
#include "rl/micro_batch.h"

namespace hone::rl {
namespace {

/// What one cutting of the groups gave.
struct Pass {
  std::size_t micro_batches = 0;
  std::map<std::string, double> metrics;     // ratio/…: as the trainer's first update has them
  std::map<std::string, double> recomputed;  // the same against log-probabilities that were computed apart
  std::vector<at::Tensor> gradients;
};

/// Real rewards where some group learns from them; else every other answer counts as right.
bool make_them_teach(std::vector<Group>& groups) {
  const bool all_scored = std::all_of(groups.begin(), groups.end(), [](const Group& group) {
    return std::all_of(group.scores.begin(), group.scores.end(),
                       [](const rewards::Score& score) { return rewards::teaches(score.status); });
  });
  if (all_scored && std::any_of(groups.begin(), groups.end(), rewards_differ)) {
    return false;
  }
  for (auto& group : groups) {
    for (std::size_t i = 0; i < group.rewards.size(); ++i) {
      group.rewards[i] = i % 2 == 0 ? 1.0 : 0.0;
      group.scores[i].status = rewards::Status::kOk;
    }
  }
  return true;
}

/// False where a group's answers are all the same: then its advantages cancel, whatever they are.
bool answers_differ(const std::vector<Group>& groups) {
  return std::any_of(groups.begin(), groups.end(), [](const Group& group) {
    return std::any_of(group.completions.begin(), group.completions.end(), [&](const rollout::Completion& completion) {
      return completion.ids != group.completions.front().ids;
    });
  });
}

/// The update of rl/trainer.cpp up to its optimizer step.
class Updates {
 public:
  Updates(const RunConfig& config, policies::Policy& policy, std::vector<Group> groups)
      : config_(config), algorithm_(config.algorithm), policy_(policy) {
    algorithm_.beta = 0.0;
    algorithm_.mask_truncated_completions = false;
    experience_.groups = std::move(groups);
    advantages_ = compute_advantages(algorithm_, experience_.rewards(), experience_.is_valid(), experience_.lengths());
    rows_ = choose_rows(algorithm_, experience_, advantages_);
  }

  Pass pass(std::int64_t micro_batch_tokens) {
    policy_.clear_gradients();
    auto batches = make_micro_batches(experience_, advantages_, rows_, 0, experience_.groups.size(), micro_batch_tokens,
                                      policy_.device());
    MetricSums first;
    MetricSums against_old;
    for (auto& batch : batches) {
      const auto old_logprobs = logprobs_apart(batch);
      auto input = batch.input;
      const auto token = forward(batch);
      input.logprobs = token.logprobs;
      input.entropy = token.entropy;
      const auto output = policy_loss(algorithm_, input, denominators());
      first.add(output.metrics);
      {
        const at::NoGradGuard no_grad;
        input.old_logprobs = old_logprobs;
        against_old.add(policy_loss(algorithm_, input, denominators()).metrics);
      }
      output.loss.backward();
      policy_.collect_gradients();
    }
    Pass result{batches.size(), metric_values(first), metric_values(against_old), policy_.gradients()};
    policy_.clear_gradients();  // the handles stay with the result
    return result;
  }

  [[nodiscard]] std::int64_t tokens() const {
    std::int64_t sum = 0;
    for (const auto length : rows_.lengths) {
      sum += length;
    }
    for (const auto& group : experience_.groups) {
      sum += static_cast<std::int64_t>(group.prompt.ids.size());
    }
    return sum;
  }

 private:
  [[nodiscard]] policies::TokenLogprobs forward(const MicroBatch& batch) const {
    return policies::packed_logprobs(policy_, batch.packed, config_.rollout.sampling.temperature,
                                     config_.policy.logprob_chunk_tokens);
  }

  [[nodiscard]] at::Tensor logprobs_apart(const MicroBatch& batch) const {
    const at::NoGradGuard no_grad;
    return forward(batch).logprobs;
  }

  [[nodiscard]] Denominators denominators() const {
    return step_denominators(rows_.lengths, rows_.weights, config_.rollout.sampling.max_completion_length);
  }

  const RunConfig& config_;
  AlgorithmConfig algorithm_;
  policies::Policy& policy_;
  Experience experience_;
  Advantages advantages_;
  UpdateRows rows_;
};

double norm(const std::vector<at::Tensor>& gradients) {
  std::vector<at::Tensor> defined;
  std::copy_if(gradients.begin(), gradients.end(), std::back_inserter(defined),
               [](const at::Tensor& gradient) { return gradient.defined(); });
  return defined.empty() ? 0.0 : gradient_norm(defined).item<double>();
}

/// Takes the second off the first, in place.
std::vector<at::Tensor> difference(std::vector<at::Tensor> from, const std::vector<at::Tensor>& other) {
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].defined() && other[i].defined()) {
      from[i].sub_(other[i]);
    }
  }
  return from;
}

void check_logprobs(CheckItem& item, const Pass& pass, const NumericsTolerance& tolerance) {
  const auto mean = pass.metrics.at("sampling/sampling_logp_difference/mean");
  const auto max = pass.metrics.at("sampling/sampling_logp_difference/max");
  item.say("log-probabilities of rollout and trainer differ by " + report::format_number(max, 2) + " at most, " +
           report::format_number(mean, 2) + " on average (allowed " + report::format_number(tolerance.logprob_max) +
           " and " + report::format_number(tolerance.logprob_mean) + ")");
  item.figures["logprob_difference"] = {{"max", max}, {"mean", mean}};
  if (!(max <= tolerance.logprob_max) || !(mean <= tolerance.logprob_mean)) {
    item.fail(Fault::kHone,
              "rollout and trainer do not agree on log-probabilities: the policy would be trained on "
              "other probabilities than it was sampled from");
  }
}

void check_ratio(CheckItem& item, const Pass& pass, const NumericsTolerance& tolerance) {
  const auto least = pass.metrics.at("ratio/min");
  const auto largest = pass.metrics.at("ratio/max");
  const auto apart =
      std::max(std::abs(pass.recomputed.at("ratio/min") - 1.0), std::abs(pass.recomputed.at("ratio/max") - 1.0));
  item.say("ratio of the first update " + report::format_number(least, 8) + " to " + report::format_number(largest, 8) +
           (apart == 0.0 ? "; computed twice it is the same to the bit"
                         : "; computed twice it differs by " + report::format_number(apart, 2)));
  item.figures["ratio"] = {{"min", least}, {"max", largest}, {"recomputed_difference", apart}};
  if (least != 1.0 || largest != 1.0) {
    item.fail(Fault::kHone, "the ratio of the first update is not exactly 1");
  }
  if (!(apart <= tolerance.recomputed)) {
    item.fail(Fault::kHone, "log-probabilities that are computed twice differ by more than " +
                                report::format_number(tolerance.recomputed));
  }
}

void check_gradient(CheckItem& item, Pass whole, const Pass& pieces, const NumericsTolerance& tolerance) {
  const auto size = norm(whole.gradients);
  const auto micro_batches = whole.micro_batches;
  const auto gap = norm(difference(std::move(whole.gradients), pieces.gradients)) / size;
  item.say("gradient of norm " + report::format_number(size) + "; cut into " + std::to_string(micro_batches) + " and " +
           std::to_string(pieces.micro_batches) + " micro-batches it differs by " + report::format_number(gap, 2) +
           " of that (allowed " + report::format_number(tolerance.gradient) + ")");
  item.figures["gradient"] = {
      {"norm", size}, {"micro_batches", {micro_batches, pieces.micro_batches}}, {"relative_difference", gap}};
  if (!std::isfinite(size)) {
    item.fail(Fault::kHone, "the gradient is not finite");
  } else if (size == 0.0) {
    item.fail(Fault::kHone, "the gradient is zero, though rewards differ");
  } else if (!(gap <= tolerance.gradient)) {
    item.fail(Fault::kHone, "the gradient depends on how answers are cut into micro-batches");
  }
}

}  // namespace

NumericsTolerance numerics_tolerance(policies::ComputeType compute) {
  if (compute == policies::ComputeType::kBFloat16) {
    return {.logprob_max = 3.0, .logprob_mean = 0.03, .recomputed = 1e-3, .gradient = 0.02};
  }
  return {.logprob_max = 1e-3, .logprob_mean = 1e-4, .recomputed = 1e-5, .gradient = 1e-4};
}

void check_numerics(CheckItem& item, const RunConfig& config, policies::Policy& policy, std::vector<Group> groups) {
  const auto tolerance = numerics_tolerance(config.policy.dtype);
  const bool some_differ = answers_differ(groups);
  const bool made_up = make_them_teach(groups);
  if (made_up) {
    item.say("with made-up rewards, every other answer right, as the real ones teach nothing");
  }
  item.figures["made_up_rewards"] = made_up;
  Updates updates(config, policy, std::move(groups));
  auto whole = updates.pass(config.train.micro_batch_tokens);
  const auto pieces =
      updates.pass(std::max<std::int64_t>(1, std::min(updates.tokens(), config.train.micro_batch_tokens) / 3));
  check_logprobs(item, whole, tolerance);
  check_ratio(item, whole, tolerance);
  if (!some_differ) {
    item.warn(
        "the policy gave the same answer every time, so there is no gradient to look at: raise rollout.temperature");
    return;
  }
  check_gradient(item, std::move(whole), pieces, tolerance);
}

}  // namespace hone::rl
