#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/config_check.h"
#include "rewards/registry.h"
#include "rewards/scorer.h"

namespace hone::rewards {

struct SharedLibraryOptions {
  std::string path;
  nlohmann::json options = nlohmann::json::object();
  int batch = 64;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("path", path, "The library, from the config's folder.", core::not_empty());
    visit("options", options, "Any JSON, handed to the plug-in.");
    visit("batch", batch, "The most answers of a call; a plug-in may ask for fewer.", core::in_range(1, 65536));
  }
};

/// A scorer in a shared library that speaks the C interface of hone_scorer.h. It runs in hone's own process, so it is
/// as trusted as hone itself: it can crash it, and a call that hangs cannot be killed. One that does not say that it is
/// safe from several threads is called by one at a time.
class SharedLibrary final : public Scorer {
 public:
  /// Throws ConfigError, beginning with where the options stand, when it cannot be loaded, is for another interface, or
  /// refuses its options.
  SharedLibrary(const SharedLibraryOptions& options, const ScorerSetting& setting);
  ~SharedLibrary() override;
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;
  [[nodiscard]] std::vector<Score> score_batch(std::span<const Asked> asked) const override;
  [[nodiscard]] Calls calls() const override;
  [[nodiscard]] bool judges_reasoning() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hone::rewards
