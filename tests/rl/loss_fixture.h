#pragma once

#include <ATen/core/Tensor.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "rl/losses/policy_loss.h"

/// tests/fixtures/losses/fixtures.json, and its answers as a packed micro-batch.
namespace loss_fixture {

[[nodiscard]] const nlohmann::json& document();

/// A list of numbers, or of lists of numbers one after another.
[[nodiscard]] std::vector<double> flat(const nlohmann::json& lists);

/// The answers `rows` of a fixture's input, packed. logprobs and entropy want gradients.
[[nodiscard]] hone::rl::LossInput packed(const nlohmann::json& input, const std::vector<std::size_t>& rows);
[[nodiscard]] hone::rl::LossInput packed(const nlohmann::json& input);

/// Over all answers of the fixture's input.
[[nodiscard]] hone::rl::Denominators denominators(const nlohmann::json& input);

/// The case's `config`, resolved.
[[nodiscard]] hone::rl::AlgorithmConfig config(const nlohmann::json& keys);

}  // namespace loss_fixture
