#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rewards/registry.h"

namespace CLI {
class App;
}

namespace hone::cli {

/// The scorer that a command was asked to use: --scorer NAME or --config FILE, each with --option k=v.
struct ScorerChoice {
  std::string scorer;
  std::string config;
  std::vector<std::string> options;  // key=value
};

void add_scorer_options(CLI::App& command, ScorerChoice& choice);

/// `command` begins messages: "hone score". Throws UserError unless exactly one way is chosen, ConfigError, FileError.
[[nodiscard]] std::shared_ptr<const rewards::Scorer> make_scorer(const ScorerChoice& choice, const std::string& command,
                                                                 rewards::Purpose purpose);

}  // namespace hone::cli
