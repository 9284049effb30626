#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "policies/decoder.h"

namespace hone::policies {

/// Low-rank adapters in place of the weights: what is trained, and at what strength. Rank 0: none.
struct LoraConfig {
  std::int64_t rank = 0;
  double alpha = 16.0;
  std::vector<std::string> target_modules = {};  // empty: all projections
  bool use_rslora = false;

  /// alpha / rank (2106.09685, section 4.1), or alpha / √rank (Kalajdzievski, 2312.03732).
  [[nodiscard]] double scale() const;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("rank", rank, "Rank of the adapters; 0 trains the weights themselves.", core::at_least(0));
    visit("alpha", alpha, "Adapters count alpha / rank times.", core::greater_than(0));
    visit("target_modules", target_modules,
          "Which projections get one: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj; none named: all.");
    visit("use_rslora", use_rslora, "Adapters count alpha / √rank times.");
  }
  friend bool operator==(const LoraConfig&, const LoraConfig&) = default;
};

/// A projection of one layer that gets an adapter.
struct LoraTarget {
  std::string parameter;  // the stored parameter that its rows lie in
  std::string module;     // as PEFT names it: base_model.model.model.layers.0.self_attn.q_proj
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

/// In the order of layers and of the parameters in each. Throws ConfigError for a module that no decoder has.
[[nodiscard]] std::vector<LoraTarget> lora_targets(const DecoderConfig& decoder, const LoraConfig& lora);
/// Two for each target: lora_A [rank, columns] and lora_B [rows, rank], under PEFT's names.
[[nodiscard]] std::vector<Parameter> lora_parameters(const std::vector<LoraTarget>& targets, std::int64_t rank);

/// PEFT's adapter_config.json. Reading throws FileError, and DataError for an option that would change the mathematics
/// and is not implemented.
[[nodiscard]] LoraConfig load_lora_config(const std::filesystem::path& folder);
void save_lora_config(const std::filesystem::path& folder, const LoraConfig& lora, const std::string& base);

}  // namespace hone::policies
