#include "cost/pretraining_card.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"

namespace hone::cost {
namespace {

constexpr const char* kFileName = "pretraining.json";
constexpr std::uint64_t kLargestCount = 1'000'000'000'000'000'000;
constexpr std::size_t kMostStages = 8;  // so that no sum of counts overflows

template <class Number>
Number sum_of(const std::vector<PretrainingStage>& stages, Number PretrainingStage::*member) {
  Number sum = 0;
  for (const auto& stage : stages) sum += stage.*member;
  return sum;
}

nlohmann::ordered_json optional_json(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json stage_json(const PretrainingStage& stage) {
  return {{"name", stage.name},
          {"tokens", stage.tokens},
          {"model_flops", stage.model_flops},
          {"hardware_flops", stage.hardware_flops},
          {"seconds", stage.seconds},
          {"hardware", stage.hardware},
          {"usd", optional_json(stage.usd)},
          {"dtype", stage.dtype},
          {"seed", stage.seed},
          {"program_version", stage.program_version}};
}

/// Reads members of one object; complaints name the file and the key's path.
class Reader {
 public:
  Reader(const nlohmann::json& json, std::string place) : json_(json), place_(std::move(place)) {}

  double amount(const char* key) const {
    const auto& value = at(key);
    if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0.0) {
      refuse(key, "a number, at least 0");
    }
    return value.get<double>();
  }

  std::uint64_t whole(const char* key, std::uint64_t largest) const {
    const auto& value = at(key);
    const bool is_whole = value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
    if (!is_whole || value.get<std::uint64_t>() > largest) {
      refuse(key, ("an integer from 0 to " + std::to_string(largest)).c_str());
    }
    return value.get<std::uint64_t>();
  }

  std::int64_t count(const char* key) const { return static_cast<std::int64_t>(whole(key, kLargestCount)); }

  std::string text(const char* key) const {
    if (!at(key).is_string()) refuse(key, "a string");
    return at(key).get<std::string>();
  }

  std::optional<double> price(const char* key) const {
    return at(key).is_null() ? std::nullopt : std::optional(amount(key));
  }

  const nlohmann::json& array(const char* key) const {
    if (!at(key).is_array()) refuse(key, "a list");
    return at(key);
  }

  Reader object(const char* key) const { return {at(key), place_ + key + "."}; }

 private:
  const nlohmann::json& at(const char* key) const {
    if (!json_.is_object() || !json_.contains(key)) throw core::DataError(place_ + key + " is missing");
    return json_.at(key);
  }
  [[noreturn]] void refuse(const char* key, const char* needs) const {
    const auto found = at(key).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).substr(0, 100);
    throw core::DataError(place_ + key + " is " + found + ", needs " + needs);
  }

  const nlohmann::json& json_;
  std::string place_;
};

PretrainingStage stage_from(const Reader& reader) {
  return {.name = reader.text("name"),
          .tokens = reader.count("tokens"),
          .model_flops = reader.amount("model_flops"),
          .hardware_flops = reader.amount("hardware_flops"),
          .seconds = reader.amount("seconds"),
          .hardware = reader.text("hardware"),
          .usd = reader.price("usd"),
          .dtype = reader.text("dtype"),
          .seed = reader.whole("seed", std::numeric_limits<std::uint64_t>::max()),
          .program_version = reader.text("program_version")};
}

/// Each machine once, in the order of the stages.
std::string hardware_of(const PretrainingCard& card) {
  std::vector<std::string> seen;
  std::string words;
  for (const auto& stage : card.stages) {
    if (std::find(seen.begin(), seen.end(), stage.hardware) != seen.end()) continue;
    seen.push_back(stage.hardware);
    words += (words.empty() ? "" : "; ") + stage.hardware;
  }
  return words;
}

nlohmann::ordered_json card_json(const PretrainingCard& card) {
  auto stages = nlohmann::ordered_json::array();
  for (const auto& stage : card.stages) stages.push_back(stage_json(stage));
  return {{"parameters", {{"total", card.total_parameters}, {"active", card.active_parameters}}},
          {"tokens", card.tokens()},
          {"model_flops", pretraining_flops(card)},
          {"hardware_flops", sum_of(card.stages, &PretrainingStage::hardware_flops)},
          {"seconds", card.seconds()},
          {"hardware", hardware_of(card)},
          {"usd", optional_json(card.usd())},
          {"stages", std::move(stages)}};
}

}  // namespace

std::int64_t PretrainingCard::tokens() const {
  return sum_of(stages, &PretrainingStage::tokens);
}

double PretrainingCard::seconds() const {
  return sum_of(stages, &PretrainingStage::seconds);
}

std::optional<double> PretrainingCard::usd() const {
  if (stages.empty()) return std::nullopt;
  double sum = 0.0;
  for (const auto& stage : stages) {
    if (!stage.usd) return std::nullopt;
    sum += *stage.usd;
  }
  return sum;
}

double PretrainingCard::over(double model_flops) const {
  const auto base = pretraining_flops(*this);
  return base > 0.0 ? model_flops / base : std::numeric_limits<double>::infinity();
}

double pretraining_flops(const PretrainingCard& card) {
  return sum_of(card.stages, &PretrainingStage::model_flops);
}

std::optional<double> pretraining_flops(const CostConfig& config, const std::optional<PretrainingCard>& card) {
  if (config.pretraining_flops) return config.pretraining_flops;
  // A card that tells of fine-tuning alone says nothing of what the base cost.
  const bool knows_base = card && !card->stages.empty() && card->stages.front().name != "sft";
  return knows_base ? std::optional(pretraining_flops(*card)) : std::nullopt;
}

nlohmann::json to_json(const PretrainingCard& card) {
  return card_json(card);
}

PretrainingCard pretraining_card_from_json(const nlohmann::json& json, const std::string& source) {
  const Reader reader(json, source + ": ");
  const auto parameters = reader.object("parameters");
  PretrainingCard card{
      .total_parameters = parameters.count("total"), .active_parameters = parameters.count("active"), .stages = {}};
  const auto& stages = reader.array("stages");
  if (stages.size() > kMostStages) throw core::DataError(source + ": stages has more than 8 entries");
  for (std::size_t i = 0; const auto& stage : stages) {
    card.stages.push_back(stage_from(Reader(stage, source + ": stages." + std::to_string(i++) + ".")));
  }
  return card;
}

std::optional<PretrainingCard> load_pretraining_card(const std::filesystem::path& folder) {
  const auto path = folder / kFileName;
  if (!std::filesystem::exists(path)) return std::nullopt;
  const auto json = nlohmann::json::parse(core::read_file(path), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw core::DataError(path.string() + ": is not JSON");
  return pretraining_card_from_json(json, path.string());
}

void save_pretraining_card(const std::filesystem::path& folder, const PretrainingCard& card) {
  core::atomic_write_file(folder / kFileName, card_json(card).dump(2) + "\n");
}

}  // namespace hone::cost
