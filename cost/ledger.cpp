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

Work Ledger::total() const {
  Work sum;
  for (const auto& work : works_) accumulate(sum, work);
  return sum;
}

nlohmann::json Ledger::to_json() const {
  auto phases = nlohmann::json::object();
  for (std::size_t i = 0; i < works_.size(); ++i) phases[std::string(kNames[i])] = cost::to_json(works_[i]);
  return {{"phases", std::move(phases)}, {"discarded", cost::to_json(discarded_)}};
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
  } catch (const nlohmann::json::exception&) {
    throw core::DataError("ledger: needs phases and discarded, each with seconds, tokens, model_flops, hardware_flops");
  }
  return ledger;
}

}  // namespace hone::cost
