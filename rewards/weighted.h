#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rewards/scorer.h"

namespace hone::rewards {

struct WeightedPart {
  std::string name;
  double weight = 1.0;
  std::shared_ptr<const Scorer> scorer;
};

/// The sum of its scorers' scores, each times its weight. A weight of 0 reports without rewarding.
///   parts: each scorer's own score under its name, in the order given, then its parts as name/part
/// The status is the worst of the children's (error, timeout, unscorable, wrong_format, ok), so one that does not teach
/// makes the whole not teach; score is then 0. `extracted` is the first that is not empty; `detail` joins the
/// children's.
class Weighted final : public Scorer {
 public:
  /// Throws ConfigError, beginning with `where`, when there is no scorer or a weight is not finite.
  explicit Weighted(std::vector<WeightedPart> parts, const std::string& where = "weighted");
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;
  [[nodiscard]] std::vector<Score> score_batch(std::span<const Asked> asked) const override;
  /// The largest batch and the most threads that any of them can use; as long as all of them one after the other.
  [[nodiscard]] Calls calls() const override;
  [[nodiscard]] bool judges_reasoning() const override;
  /// The first of them that has any.
  [[nodiscard]] nlohmann::json criteria(const datasets::Question& question) const override;

 private:
  [[nodiscard]] Score sum(std::span<Score> ones) const;

  std::vector<WeightedPart> parts_;
};

}  // namespace hone::rewards
