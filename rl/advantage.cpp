#include "rl/advantage.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace hone::rl {
namespace {

/// The rewards as plain numbers. Advantages are control flow over a few thousand of them, not tensor work.
struct Rewards {
  Rewards(const at::Tensor& rewards, const at::Tensor& is_valid);

  [[nodiscard]] std::vector<double> valid_of_group(std::int64_t prompt) const;
  [[nodiscard]] bool group_differs(std::int64_t prompt) const;

  std::int64_t prompts = 0, group = 0;
  std::vector<double> value;   // [prompts * group]
  std::vector<char> is_valid;  // [prompts * group]
};

Rewards::Rewards(const at::Tensor& rewards, const at::Tensor& valid) {
  if (rewards.dim() != 2 || valid.sizes() != rewards.sizes())
    throw core::ShapeError("advantages: rewards are " + c10::str(rewards.sizes()) + " and is_valid " +
                           c10::str(valid.sizes()) + ", both need [prompts, group]");
  prompts = rewards.size(0);
  group = rewards.size(1);
  const at::Tensor values = rewards.to(at::kCPU, at::kDouble).contiguous();
  const at::Tensor flags = valid.to(at::kCPU, at::kBool).contiguous();
  value.assign(values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel());
  is_valid.assign(flags.const_data_ptr<bool>(), flags.const_data_ptr<bool>() + flags.numel());
  for (std::size_t row = 0; row < value.size(); ++row)
    if (is_valid[row] && !std::isfinite(value[row]))
      throw core::Error("advantages: the reward of answer " + std::to_string(row % group) + " to prompt " +
                        std::to_string(row / group) + " is not finite");
}

std::vector<double> Rewards::valid_of_group(std::int64_t prompt) const {
  std::vector<double> found;
  for (std::int64_t row = prompt * group; row < (prompt + 1) * group; ++row)
    if (is_valid[row]) found.push_back(value[row]);
  return found;
}

bool all_equal(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

bool Rewards::group_differs(std::int64_t prompt) const {
  return !all_equal(valid_of_group(prompt));
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double variance(const std::vector<double>& values, bool unbiased) {
  const double center = mean(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - center) * (value - center);
  return sum / static_cast<double>(values.size() - (unbiased ? 1 : 0));
}

/// The valid answers' rewards by `advantage_of(reward, the group's valid rewards)`; zeros where a group agrees.
template <class Function>
std::vector<double> by_group(const Rewards& rewards, Function advantage_of) {
  std::vector<double> advantages(rewards.value.size(), 0.0);
  for (std::int64_t prompt = 0; prompt < rewards.prompts; ++prompt) {
    if (!rewards.group_differs(prompt)) continue;
    const std::vector<double> valid = rewards.valid_of_group(prompt);
    for (std::int64_t row = prompt * rewards.group; row < (prompt + 1) * rewards.group; ++row)
      if (rewards.is_valid[row]) advantages[row] = advantage_of(rewards.value[row], valid);
  }
  return advantages;
}

std::vector<double> group_relative(const Rewards& rewards, const AlgorithmConfig& config) {
  const ScaleRewards scale = config.scale_rewards.value_or(ScaleRewards::kGroup);
  double batch_deviation = 1.0;
  if (scale == ScaleRewards::kBatch) {
    std::vector<double> all;
    for (std::size_t row = 0; row < rewards.value.size(); ++row)
      if (rewards.is_valid[row]) all.push_back(rewards.value[row]);
    if (all.size() >= 2) batch_deviation = std::sqrt(variance(all, config.std_unbiased));
  }
  return by_group(rewards, [&](double reward, const std::vector<double>& valid) {
    const double centered = reward - mean(valid);
    if (scale == ScaleRewards::kNone) return centered;
    const double deviation =
        scale == ScaleRewards::kBatch ? batch_deviation : std::sqrt(variance(valid, config.std_unbiased));
    return centered / (deviation + config.std_eps);
  });
}

std::vector<double> leave_one_out(const Rewards& rewards) {
  return by_group(rewards, [](double reward, const std::vector<double>& valid) {
    const double siblings = static_cast<double>(valid.size());
    return (reward - mean(valid)) * siblings / (siblings - 1.0);
  });
}

/// reinforce++: discounted returns of all tokens, whitened together. Invalid rows stay 0.
std::vector<double> whitened_returns(const Rewards& rewards, const std::vector<double>& row_reward, double gamma,
                                     const std::vector<std::int64_t>& offsets) {
  std::vector<double> returns(static_cast<std::size_t>(offsets.back()), 0.0);
  std::vector<double> valid;
  for (std::size_t row = 0; row < row_reward.size(); ++row) {
    double discounted = row_reward[row];
    for (std::int64_t token = offsets[row + 1] - 1; rewards.is_valid[row] && token >= offsets[row]; --token) {
      returns[token] = discounted;
      valid.push_back(discounted);
      discounted *= gamma;
    }
  }
  if (valid.empty() || all_equal(valid)) return std::vector<double>(returns.size(), 0.0);
  const double center = mean(valid);
  const double scale = 1.0 / std::sqrt(variance(valid, /*unbiased=*/true) + 1e-8);
  for (std::size_t row = 0; row < row_reward.size(); ++row)
    for (std::int64_t token = offsets[row]; rewards.is_valid[row] && token < offsets[row + 1]; ++token)
      returns[token] = (returns[token] - center) * scale;
  return returns;
}

std::vector<double> repeated(const std::vector<double>& row_advantage, const std::vector<std::int64_t>& offsets) {
  std::vector<double> tokens(static_cast<std::size_t>(offsets.back()));
  for (std::size_t row = 0; row < row_advantage.size(); ++row)
    std::fill(tokens.begin() + offsets[row], tokens.begin() + offsets[row + 1], row_advantage[row]);
  return tokens;
}

std::vector<double> token_advantages(const AlgorithmConfig& config, const Rewards& rewards,
                                     const std::vector<std::int64_t>& offsets) {
  const auto centered = [](double reward, const std::vector<double>& valid) { return reward - mean(valid); };
  switch (config.advantage_estimator.value_or(AdvantageEstimator::kGroup)) {
    case AdvantageEstimator::kRloo:
      return repeated(leave_one_out(rewards), offsets);
    case AdvantageEstimator::kReinforcePlusPlus:
      return whitened_returns(rewards, rewards.value, config.gamma, offsets);
    case AdvantageEstimator::kReinforcePlusPlusBaseline:
      return whitened_returns(rewards, by_group(rewards, centered), config.gamma, offsets);
    case AdvantageEstimator::kGroup:
      break;
  }
  return repeated(group_relative(rewards, config), offsets);
}

std::vector<std::int64_t> offsets_of(const at::Tensor& lengths, const at::Tensor& rewards) {
  if (lengths.sizes() != rewards.sizes())
    throw core::ShapeError("advantages: lengths are " + c10::str(lengths.sizes()) + ", need " +
                           c10::str(rewards.sizes()) + " as the rewards");
  const at::Tensor flat = lengths.to(at::kCPU, at::kLong).contiguous();
  std::vector<std::int64_t> offsets{0};
  for (std::int64_t row = 0; row < flat.numel(); ++row)
    offsets.push_back(offsets.back() + flat.const_data_ptr<std::int64_t>()[row]);
  return offsets;
}

at::Tensor matrix(const std::vector<double>& values, const Rewards& rewards) {
  return at::tensor(values, at::kDouble).reshape({rewards.prompts, rewards.group});  // [prompts, group]
}

}  // namespace

at::Tensor group_advantages(const at::Tensor& rewards, const at::Tensor& is_valid, const AlgorithmConfig& config) {
  const Rewards plain(rewards, is_valid);
  return matrix(group_relative(plain, config), plain);
}

at::Tensor leave_one_out_advantages(const at::Tensor& rewards, const at::Tensor& is_valid) {
  const Rewards plain(rewards, is_valid);
  return matrix(leave_one_out(plain), plain);
}

Advantages compute_advantages(const AlgorithmConfig& config, const at::Tensor& rewards, const at::Tensor& is_valid,
                              const at::Tensor& lengths) {
  const Rewards plain(rewards, is_valid);
  Advantages result;
  result.row_offsets = offsets_of(lengths, rewards);
  const std::vector<double> tokens = token_advantages(config, plain, result.row_offsets);
  result.of_token.assign(tokens.begin(), tokens.end());

  std::vector<double> row_means(plain.value.size(), 0.0);
  for (std::int64_t prompt = 0; prompt < plain.prompts; ++prompt) {
    const auto group_begin = tokens.begin() + result.row_offsets[prompt * plain.group];
    const auto group_end = tokens.begin() + result.row_offsets[(prompt + 1) * plain.group];
    result.teaches.push_back(std::any_of(group_begin, group_end, [](double advantage) { return advantage != 0.0; }));
    result.rewards_differ.push_back(plain.group_differs(prompt));
  }
  for (std::size_t row = 0; row < row_means.size(); ++row) {
    const std::vector<double> of_row(tokens.begin() + result.row_offsets[row],
                                     tokens.begin() + result.row_offsets[row + 1]);
    if (!of_row.empty()) row_means[row] = all_equal(of_row) ? of_row.front() : mean(of_row);
  }
  result.values = matrix(row_means, plain);
  return result;
}

}  // namespace hone::rl
