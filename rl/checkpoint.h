#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/config_check.h"
#include "policies/policy.h"
#include "rl/fused_adamw.h"

namespace hone::rl {

struct CheckpointConfig {
  std::int64_t every = 0;
  std::int64_t keep_last = 2;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("every", every, "Steps between checkpoints; 0: only at the end and on an interrupt.", core::at_least(0));
    visit("keep_last", keep_last, "Checkpoints that are kept, besides the best.", core::at_least(1));
  }
};

/// The folder checkpoints/step-000120: a Hugging Face folder, and in it trainer/, with optimizer.safetensors
/// and trainer.json.
/// A checkpoint appears under its name only when all of it is on disk.
class Checkpoints {
 public:
  Checkpoints(std::filesystem::path run_folder, const CheckpointConfig& config);

  /// True if the config wants one after this step, or the step is the best so far.
  [[nodiscard]] bool is_due(std::int64_t step) const {
    return config_.every > 0 && (step % config_.every == 0 || step == best_);
  }
  /// `state` is what else a resumed run needs: cursors, ledger. Afterwards older ones than keep_last are removed, the
  /// best kept. Throws FileError; then the checkpoints that were there still are.
  void save(std::int64_t step, const policies::Policy& policy, const FusedAdamW& optimizer,
            const nlohmann::json& state);
  /// The step whose checkpoint is kept whatever its age.
  void mark_best(std::int64_t step) { best_ = step; }

  [[nodiscard]] std::optional<std::int64_t> latest() const;
  [[nodiscard]] std::filesystem::path folder(std::int64_t step) const;
  /// Weights, moments and step count are copied in place; gives the state. Throws FileError, DataError, ShapeError.
  nlohmann::json restore(std::int64_t step, policies::Policy& policy, FusedAdamW& optimizer);

 private:
  void prune() const;
  /// What kills left halfway.
  void remove_leftovers() const;
  [[nodiscard]] std::vector<std::int64_t> steps() const;

  std::filesystem::path root_;
  CheckpointConfig config_;
  std::optional<std::int64_t> best_;
};

}  // namespace hone::rl
