#include "rl/summary.h"

#include "cost/hardware.h"

namespace hone::rl {
namespace {

double per_second(std::int64_t tokens, double seconds) {
  return seconds > 0 ? static_cast<double>(tokens) / seconds : 0.0;
}

double rollout_rate(const cost::Ledger& ledger) {
  return per_second(ledger.work(cost::Phase::kDecode).tokens,
                    ledger.work(cost::Phase::kPrefill).seconds + ledger.work(cost::Phase::kDecode).seconds);
}

double update_rate(const cost::Ledger& ledger) {
  return per_second(ledger.work(cost::Phase::kForward).tokens, ledger.work(cost::Phase::kForward).seconds +
                                                                   ledger.work(cost::Phase::kBackward).seconds +
                                                                   ledger.work(cost::Phase::kOptimizer).seconds);
}

nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

/// The machine's dollars and the judges'; nothing where neither is known.
std::optional<double> usd(const RunConfig& config, const cost::Ledger& ledger) {
  const auto machine = cost::usd(config.cost, ledger.total().seconds);
  const double services = ledger.services().usd;
  return machine || services > 0.0 ? std::optional(machine.value_or(0.0) + services) : std::nullopt;
}

std::optional<double> over_pretraining(const RunOutcome& outcome) {
  return outcome.pretraining_flops ? std::optional(outcome.ledger.total().model_flops / *outcome.pretraining_flops)
                                   : std::nullopt;
}

nlohmann::ordered_json cost_json(const RunConfig& config, const RunOutcome& outcome) {
  const auto total = outcome.ledger.total();
  std::optional<double> mfu;
  if (outcome.peak_flops_per_s && total.seconds > 0) {
    mfu = total.model_flops / total.seconds / *outcome.peak_flops_per_s;
  }
  const nlohmann::ordered_json ledger = outcome.ledger.to_json();
  return {{"model_flops", total.model_flops},
          {"hardware_flops", total.hardware_flops},
          {"pretraining_flops", or_null(outcome.pretraining_flops)},
          {"over_pretraining", or_null(over_pretraining(outcome))},
          {"phases", ledger.at("phases")},
          {"discarded", ledger.at("discarded")},
          {"mfu", or_null(mfu)},
          {"peak_flops_per_s", or_null(outcome.peak_flops_per_s)},
          {"services", ledger.at("services")},
          {"usd", or_null(usd(config, outcome.ledger))}};
}

}  // namespace

nlohmann::ordered_json summary_json(const RunConfig& config, const RunOutcome& outcome) {
  auto eval = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < outcome.after.size(); ++i) {
    eval[outcome.after[i].name] = {{"before", outcome.before.at(i).to_json()}, {"after", outcome.after[i].to_json()}};
  }
  for (const auto& set : compare(outcome.before, outcome.after)) {
    eval[set.set]["gain"] = set.gain.value;
    eval[set.set]["gain_ci95"] = {set.gain.low, set.gain.high};
  }
  return {
      {"steps", outcome.steps},
      {"seconds", outcome.ledger.total().seconds},
      {"seed", config.seed},
      {"policy", outcome.policy},
      {"eval", eval},
      {"cost", cost_json(config, outcome)},
      {"throughput",
       {{"rollout_tokens_per_s", rollout_rate(outcome.ledger)}, {"update_tokens_per_s", update_rate(outcome.ledger)}}}};
}

std::string summary_text(const RunConfig& config, const RunOutcome& outcome) {
  const auto total = outcome.ledger.total();
  report::RunCost cost;
  cost.model_flops = total.model_flops;
  cost.over_pretraining = over_pretraining(outcome);
  cost.seconds = total.seconds;
  cost.hardware = cost::in_words(cost::describe_machine());
  cost.usd = usd(config, outcome.ledger);
  cost.rollout_tokens_per_s = rollout_rate(outcome.ledger);
  cost.update_tokens_per_s = update_rate(outcome.ledger);
  return report::closing_summary(compare(outcome.before, outcome.after), cost);
}

}  // namespace hone::rl
