#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/config_check.h"
#include "core/config_types.h"
#include "rewards/plugins/http_shape.h"
#include "rewards/registry.h"
#include "rewards/remote/options.h"
#include "rewards/scorer.h"

namespace hone::rewards {

struct HttpScorerOptions : RemoteOptions {
  plugins::HttpShape shape = plugins::HttpShape::kHone;
  int batch = 64;
  std::string reward_key = "score";
  bool judges_reasoning = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    RemoteOptions::describe(visit);
    visit("shape", shape, "What the service speaks: hone, openrlhf or slime.");
    visit("batch", batch, "The most answers of a request; slime's shape has one.", core::in_range(1, 65536));
    visit("reward_key", reward_key, "Where a reply of slime's shape that is an object holds the reward.",
          core::not_empty());
    visit("judges_reasoning", judges_reasoning, "It looks at how an answer is reached; for the probe.");
  }
};

/// A scorer behind a URL, docs/plugins.md. A request that the service refuses as it is (400, 413, 422), or whose reply
/// says nothing about its answers, is tried again in halves until the answer that does it is alone: kError. A service
/// that fails after all patience is kError or kTimeout for all answers of the request.
class HttpScorer final : public Scorer {
 public:
  /// Throws ConfigError for a URL that cannot be used or a key that is not set. Asks nothing yet.
  HttpScorer(const HttpScorerOptions& options, const ScorerSetting& setting);
  ~HttpScorer() override;
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;
  [[nodiscard]] std::vector<Score> score_batch(std::span<const Asked> asked) const override;
  [[nodiscard]] Calls calls() const override;
  [[nodiscard]] bool judges_reasoning() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hone::rewards
