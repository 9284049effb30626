#include "tests/rl/loss_fixture.h"

#include <ATen/ATen.h>

#include <fstream>
#include <numeric>

#include "core/config.h"

namespace loss_fixture {
namespace {

at::Tensor float_tensor(const std::vector<double>& values) {
  return at::tensor(values, at::kFloat);
}

at::Tensor tokens_of(const nlohmann::json& input, const char* name, const std::vector<std::size_t>& rows) {
  if (!input.contains(name)) return {};
  std::vector<double> values;
  for (const std::size_t row : rows)
    for (const double value : input.at(name).at(row)) values.push_back(value);
  return float_tensor(values);
}

}  // namespace

const nlohmann::json& document() {
  static const nlohmann::json loaded = nlohmann::json::parse(std::ifstream("tests/fixtures/losses/fixtures.json"));
  return loaded;
}

std::vector<double> flat(const nlohmann::json& lists) {
  std::vector<double> values;
  for (const auto& item : lists)
    if (item.is_array())
      values.insert(values.end(), item.begin(), item.end());
    else
      values.push_back(item);
  return values;
}

hone::rl::LossInput packed(const nlohmann::json& input, const std::vector<std::size_t>& rows) {
  hone::rl::LossInput result;
  result.logprobs = tokens_of(input, "logprobs", rows).requires_grad_();
  result.old_logprobs = tokens_of(input, "old_logprobs", rows);
  result.reference_logprobs = tokens_of(input, "reference_logprobs", rows);
  result.rollout_logprobs = tokens_of(input, "rollout_logprobs", rows);
  result.entropy = tokens_of(input, "entropy", rows).requires_grad_();
  std::vector<double> advantages, weights;
  std::vector<std::int64_t> row_of_token, lengths;
  for (const std::size_t row : rows) {
    lengths.push_back(input.at("lengths").at(row));
    weights.push_back(input.at("row_weight").at(row));
    advantages.insert(advantages.end(), lengths.back(), input.at("advantages").at(row));
    row_of_token.insert(row_of_token.end(), lengths.back(), static_cast<std::int64_t>(lengths.size()) - 1);
  }
  result.advantages = float_tensor(advantages);
  result.row_weight = float_tensor(weights);
  result.row_of_token = at::tensor(row_of_token, at::kLong);
  result.row_lengths = at::tensor(lengths, at::kLong);
  return result;
}

hone::rl::LossInput packed(const nlohmann::json& input) {
  std::vector<std::size_t> rows(input.at("lengths").size());
  std::iota(rows.begin(), rows.end(), 0);
  return packed(input, rows);
}

hone::rl::Denominators denominators(const nlohmann::json& input) {
  const auto lengths = input.at("lengths").get<std::vector<std::int64_t>>();
  const auto weights = input.at("row_weight").get<std::vector<float>>();
  return hone::rl::step_denominators(lengths, weights, document().at("max_completion_length"));
}

hone::rl::AlgorithmConfig config(const nlohmann::json& keys) {
  const hone::rl::RolloutLimits limits{.num_generations = 4, .max_completion_length = 16};
  return hone::rl::resolve(hone::core::from_json<hone::rl::AlgorithmConfig>(keys, "fixture"), limits, "fixture");
}

}  // namespace loss_fixture
