#include "cost/ledger.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace hone::cost {
namespace {

constexpr std::array<std::string_view, kPhaseCount> kNames{
    "prefill",  "decode",    "scoring",    "reference",  "old_policy", "forward",
    "backward", "optimizer", "evaluation", "checkpoint", "other",
};

void accumulate(Work& sum, const Work& work) {
  sum.seconds += work.seconds;
  sum.tokens += work.tokens;
  sum.model_flops += work.model_flops;
  sum.hardware_flops += work.hardware_flops;
}

nlohmann::json to_json(const Work& work) {
  return {{"seconds", work.seconds},
          {"tokens", work.tokens},
          {"model_flops", work.model_flops},
          {"hardware_flops", work.hardware_flops}};
}

Work work_from(const nlohmann::json& json) {
  return {.seconds = json.at("seconds").get<double>(),
          .tokens = json.at("tokens").get<std::int64_t>(),
          .model_flops = json.at("model_flops").get<double>(),
          .hardware_flops = json.at("hardware_flops").get<double>()};
}

nlohmann::json to_json(const ServiceUse& use) {
  return {{"calls", use.calls},
          {"cached", use.cached},
          {"prompt_tokens", use.prompt_tokens},
          {"completion_tokens", use.completion_tokens},
          {"usd", use.usd}};
}

ServiceUse services_from(const nlohmann::json& json) {
  return {.calls = json.at("calls").get<std::int64_t>(),
          .cached = json.at("cached").get<std::int64_t>(),
          .prompt_tokens = json.at("prompt_tokens").get<std::int64_t>(),
          .completion_tokens = json.at("completion_tokens").get<std::int64_t>(),
          .usd = json.at("usd").get<double>()};
}

}  // namespace

std::string_view phase_name(Phase phase) {
  return kNames.at(static_cast<std::size_t>(phase));
}

void Ledger::add(Phase phase, const Work& work) {
  accumulate(works_.at(static_cast<std::size_t>(phase)), work);
}

void Ledger::discard(const Work& work) {
  accumulate(discarded_, work);
}

void Ledger::charge(const ServiceUse& use) {
  services_.calls += use.calls;
  services_.cached += use.cached;
  services_.prompt_tokens += use.prompt_tokens;
  services_.completion_tokens += use.completion_tokens;
  services_.usd += use.usd;
}

Work Ledger::total() const {
  Work sum;
  for (const auto& work : works_) accumulate(sum, work);
  return sum;
}

nlohmann::json Ledger::to_json() const {
  auto phases = nlohmann::json::object();
  for (std::size_t i = 0; i < works_.size(); ++i) phases[std::string(kNames[i])] = cost::to_json(works_[i]);
  return {
      {"phases", std::move(phases)}, {"discarded", cost::to_json(discarded_)}, {"services", cost::to_json(services_)}};
}

Ledger Ledger::from_json(const nlohmann::json& json) {
  Ledger ledger;
  try {
    for (const auto& [name, work] : json.at("phases").items()) {
      const auto found = std::find(kNames.begin(), kNames.end(), name);
      if (found == kNames.end()) throw core::DataError("ledger: phases." + name + " is no phase");
      ledger.works_[static_cast<std::size_t>(found - kNames.begin())] = work_from(work);
    }
    ledger.discarded_ = work_from(json.at("discarded"));
    // A ledger from before there were judges has none.
    if (json.contains("services")) ledger.services_ = services_from(json.at("services"));
  } catch (const nlohmann::json::exception&) {
    throw core::DataError("ledger: needs phases and discarded, each with seconds, tokens, model_flops, hardware_flops");
  }
  return ledger;
}

}  // namespace hone::cost
