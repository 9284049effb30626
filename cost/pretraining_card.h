#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cost/cost_config.h"

namespace hone::cost {

/// One training that a base went through before reinforcement learning.
struct PretrainingStage {
  std::string name;  // pretrain, sft
  std::int64_t tokens = 0;
  double model_flops = 0.0;
  double hardware_flops = 0.0;
  double seconds = 0.0;
  std::string hardware;
  std::optional<double> usd;  // only where a price was given
  std::string dtype;
  std::uint64_t seed = 0;
  std::string program_version;

  friend bool operator==(const PretrainingStage&, const PretrainingStage&) = default;
};

/// What a base cost to make; `pretraining.json` beside its weights. A stage trained on top of a base adds to its card.
struct PretrainingCard {
  std::int64_t total_parameters = 0;
  std::int64_t active_parameters = 0;  // that one token goes through; the same as all in a dense model
  std::vector<PretrainingStage> stages;

  [[nodiscard]] std::int64_t tokens() const;
  [[nodiscard]] double seconds() const;
  /// Nothing unless every stage has a price.
  [[nodiscard]] std::optional<double> usd() const;
  /// So many model FLOPs in units of what the base cost. Infinite where the card counts none.
  [[nodiscard]] double over(double model_flops) const;

  friend bool operator==(const PretrainingCard&, const PretrainingCard&) = default;
};

/// Model FLOPs of all stages.
[[nodiscard]] double pretraining_flops(const PretrainingCard& card);
/// What the config says, else what the card says, else nothing; nothing too where the card begins with fine-tuning, of
/// weights whose pretraining nobody wrote down.
[[nodiscard]] std::optional<double> pretraining_flops(const CostConfig& config,
                                                      const std::optional<PretrainingCard>& card);

/// The stages, and their sums to read.
[[nodiscard]] nlohmann::json to_json(const PretrainingCard& card);
/// Reads the stages; the sums are made anew. Throws DataError naming `source` and the key.
[[nodiscard]] PretrainingCard pretraining_card_from_json(const nlohmann::json& json, const std::string& source);

/// `pretraining.json` of a policy's folder; nothing where there is none (weights from elsewhere).
/// Throws FileError or DataError.
[[nodiscard]] std::optional<PretrainingCard> load_pretraining_card(const std::filesystem::path& folder);
/// Throws FileError.
void save_pretraining_card(const std::filesystem::path& folder, const PretrainingCard& card);

}  // namespace hone::cost
