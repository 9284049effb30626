#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/config_check.h"
#include "core/config_types.h"
#include "rewards/probe/probe.h"

namespace hone::rewards::probe {

enum class ProbeMode { kOff, kWarn, kRefuse };

/// The key `probe` of a run's config.
struct ProbeConfig {
  ProbeMode mode = ProbeMode::kWarn;
  std::int64_t questions = 8;
  double threshold = 0.5;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("mode", mode,
          "Attack the scorers before the first step (docs/probe.md): off; warn says what came through; refuse does not "
          "start then.");
    visit("questions", questions, "Training questions that are attacked; of a scorer that asks a service, 2 at most.",
          core::at_least(1));
    visit("threshold", threshold, "The share of an honest answer's score that no attack may reach.",
          core::greater_than(0));
  }
};

/// A probe at a run's start, and what to say about it: one line when all held, else a line for each hole.
struct StartProbe {
  ProbeReport report;
  std::vector<std::string> lines;
};

/// Attacks `scorer` on the first of `questions`. A scorer that asks a service (Scorer::calls().threads) is tried on two
/// questions with one answer an attack, as each costs a call. Never called with kOff.
[[nodiscard]] StartProbe probe_at_start(const std::shared_ptr<const Scorer>& scorer,
                                        std::vector<datasets::Question> questions, const ProbeConfig& config,
                                        const PoolOptions& pool, std::uint64_t seed);

/// The same lines for any report; texts out of questions and answers are in quotes, printable and short.
[[nodiscard]] std::vector<std::string> summary_lines(const ProbeReport& report);

}  // namespace hone::rewards::probe

template <>
struct hone::core::EnumNames<hone::rewards::probe::ProbeMode> {
  using Enum = hone::rewards::probe::ProbeMode;
  static constexpr std::pair<Enum, const char*> values[] = {
      {Enum::kOff, "off"}, {Enum::kWarn, "warn"}, {Enum::kRefuse, "refuse"}};
};
