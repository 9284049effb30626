#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "rewards/extraction.h"
#include "rewards/scorer.h"

namespace hone::rewards {

/// One entry of a config's `scorers`: a name of the user's choice to this.
struct ScorerConfig {
  std::string type;
  double weight = 1.0;
  std::optional<ExtractionMode> extraction;
  nlohmann::json options = nlohmann::json::object();

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("type", type, "Which scorer: see docs/scoring.md, or one that was registered.", core::not_empty());
    visit("weight", weight, "What its score is multiplied by in the reward; 0 reports without rewarding.");
    visit("extraction", extraction,
          "How the answer is read out of the text: strict or flexible; strict in training, flexible in evaluation.");
    visit("options", options, "The scorer's own options.");
  }
};

/// What scores are for: some items are left out at random while training, some are held out for evaluation.
enum class Purpose { kTraining, kEvaluation };

/// The value of an environment variable, for scorers that need a key or a search path. Libraries do not read the
/// environment; whoever builds the scorers hands over what they may see.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Where and for what a scorer is made.
struct ScorerSetting {
  std::string where;  // begins every message, says where the options stand: "train.json: scorers.math.options"
  std::filesystem::path folder = {};  // relative paths in the options start here
  Purpose purpose = Purpose::kTraining;
  std::uint64_t seed = 0;        // the run's, for what is drawn anew for each group
  Environment environment = {};  // may be empty: no variable is set
};

/// Makes a scorer from its options. Throws ConfigError.
using ScorerFactory =
    std::function<std::shared_ptr<const Scorer>(const nlohmann::json& options, const ScorerSetting& setting)>;

/// An unknown type is a ConfigError with the nearest name and all that are known.
[[nodiscard]] std::shared_ptr<const Scorer> make_scorer(const std::string& type, const nlohmann::json& options,
                                                        const ScorerSetting& setting);

/// The whole map of a config as one scorer, the weighted sum. Scorers that judge correctness come first, the others
/// after them, each by name. `extraction` is for those that do not name one. `setting.where`: "train.json: scorers".
[[nodiscard]] std::shared_ptr<const Scorer> make_scorers(const std::map<std::string, ScorerConfig>& scorers,
                                                         ExtractionMode extraction, const ScorerSetting& setting);
/// True if one of them would score otherwise under another extraction.
[[nodiscard]] bool read_extraction(const std::map<std::string, ScorerConfig>& scorers);

/// What a scorer's type is besides its factory.
struct ScorerTraits {
  bool judges_correctness = true;  // listed before the scorers that shape
  bool reads_extraction = false;   // takes an option "extraction"
};

/// Makes a C++ scorer that is linked in available to configs. Call it before configs are read; not safe from several
/// threads. Throws ConfigError when the name is taken.
void register_scorer(const std::string& type, ScorerFactory factory, const ScorerTraits& traits = {});

[[nodiscard]] std::vector<std::string> scorer_types();

}  // namespace hone::rewards
