#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

namespace hone::cost {

/// Where a run's work goes. Phases are disjoint, so their seconds can be summed.
enum class Phase {
  kPrefill,    // rollout: the prompts' forward
  kDecode,     // rollout: one token a running sequence
  kScoring,    // waiting for scorers after the last completion ended
  kReference,  // log-probabilities of the reference policy
  kOldPolicy,  // log-probabilities of the policy that rolled out, where the ratio needs them
  kForward,    // update
  kBackward,   // update, recomputation included in hardware FLOPs only
  kOptimizer,
  kEvaluation,  // everything that evaluation does, generation included
  kCheckpoint,
  kOther,  // data, bookkeeping, printing
};
inline constexpr int kPhaseCount = 11;
[[nodiscard]] std::string_view phase_name(Phase phase);

struct Work {
  double seconds = 0.0;
  std::int64_t tokens = 0;
  double model_flops = 0.0;     // what the mathematics needs
  double hardware_flops = 0.0;  // what ran: with recomputation and padding
};

/// What services outside the machine took: judges, for the most part.
struct ServiceUse {
  std::int64_t calls = 0;   // answered by the service
  std::int64_t cached = 0;  // answered from a cache, at no cost
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  double usd = 0.0;
};

/// Tokens, seconds and FLOPs of a run by phase, and how much of the rollout was of use. Saved with every checkpoint.
class Ledger {
 public:
  void add(Phase phase, const Work& work);
  /// Rollout and update work that taught nothing (groups without signal, masked answers), out of what `add` counted.
  void discard(const Work& work);
  void charge(const ServiceUse& use);

  [[nodiscard]] const Work& work(Phase phase) const { return works_[static_cast<std::size_t>(phase)]; }
  [[nodiscard]] const Work& discarded() const { return discarded_; }
  [[nodiscard]] const ServiceUse& services() const { return services_; }
  [[nodiscard]] Work total() const;

  [[nodiscard]] nlohmann::json to_json() const;
  static Ledger from_json(const nlohmann::json& json);

 private:
  std::array<Work, kPhaseCount> works_{};
  Work discarded_;
  ServiceUse services_;
};

}  // namespace hone::cost
