#include "rewards/registry.h"

#include <algorithm>
#include <utility>

#include "core/config_text.h"
#include "core/error.h"
#include "rewards/exact_math.h"
#include "rewards/format.h"
#include "rewards/judge/item_judge.h"
#include "rewards/judge/scorer.h"
#include "rewards/length.h"
#include "rewards/plugins/http.h"
#include "rewards/plugins/process.h"
#include "rewards/plugins/shared_library.h"
#include "rewards/rubric/rubric_scorer.h"
#include "rewards/scorer_options.h"
#include "rewards/weighted.h"

namespace hone::rewards {
namespace {

struct Entry {
  ScorerFactory factory;
  ScorerTraits traits;
};

ScorerSetting below(ScorerSetting setting, const std::string& key) {
  setting.where += (setting.where.find(": ") == std::string::npos ? ": " : ".") + key;
  return setting;
}

struct WeightedOptions {
  std::map<std::string, ScorerConfig> scorers;
  ExtractionMode extraction = ExtractionMode::kStrict;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("scorers", scorers, "Name to scorer.", core::not_empty());
    visit("extraction", extraction, "For the scorers that do not name one.");
  }
};

std::map<std::string, Entry> builtin() {
  std::map<std::string, Entry> entries;
  entries["exact_math"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                             return std::make_shared<ExactMath>(read_options<ExactMathOptions>(options, setting));
                           },
                           {.judges_correctness = true, .reads_extraction = true}};
  entries["format"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                         return std::make_shared<Format>(read_options<FormatOptions>(options, setting));
                       },
                       {.judges_correctness = false}};
  rubric::set_item_judge_factory(make_item_judge);
  entries["judge"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                        return std::make_shared<JudgeScorer>(read_options<JudgeScorerOptions>(options, setting),
                                                             setting);
                      },
                      {.judges_correctness = true}};
  entries["length"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                         return std::make_shared<Length>(read_options<LengthOptions>(options, setting), setting.where);
                       },
                       {.judges_correctness = false}};
  entries["rubric"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                         return make_rubric_scorer(read_options<RubricOptions>(options, setting), setting);
                       },
                       {.judges_correctness = true}};
  entries["http"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                       return std::make_shared<HttpScorer>(read_options<HttpScorerOptions>(options, setting), setting);
                     },
                     {.judges_correctness = true}};
  entries["process"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                          return std::make_shared<Process>(read_options<ProcessOptions>(options, setting), setting);
                        },
                        {.judges_correctness = true}};
  entries["shared_library"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                                 return std::make_shared<SharedLibrary>(
                                     read_options<SharedLibraryOptions>(options, setting), setting);
                               },
                               {.judges_correctness = true}};
  entries["weighted"] = {[](const nlohmann::json& options, const ScorerSetting& setting) {
                           const auto read = read_options<WeightedOptions>(options, setting);
                           return make_scorers(read.scorers, read.extraction, below(setting, "scorers"));
                         },
                         {.judges_correctness = true, .reads_extraction = true}};
  return entries;
}

std::map<std::string, Entry>& entries() {
  static std::map<std::string, Entry> all = builtin();
  return all;
}

const Entry& find(const std::string& type, const std::string& where) {
  const auto found = entries().find(type);
  if (found != entries().end()) {
    return found->second;
  }
  const std::string near = core::text::nearest(type, scorer_types());
  throw core::ConfigError(where + ": there is no scorer \"" + type + "\", needs " + core::text::one_of(scorer_types()) +
                          (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
}

}  // namespace

std::shared_ptr<const Scorer> make_scorer(const std::string& type, const nlohmann::json& options,
                                          const ScorerSetting& setting) {
  return find(type, setting.where).factory(options, setting);
}

std::shared_ptr<const Scorer> make_scorers(const std::map<std::string, ScorerConfig>& scorers,
                                           ExtractionMode extraction, const ScorerSetting& setting) {
  std::vector<WeightedPart> parts;
  for (const bool judges_correctness : {true, false}) {
    for (const auto& [name, config] : scorers) {
      const ScorerSetting place = below(setting, name);
      const ScorerTraits& traits = find(config.type, place.where).traits;
      if (traits.judges_correctness != judges_correctness) {
        continue;
      }
      nlohmann::json options = config.options.is_null() ? nlohmann::json::object() : config.options;
      if (config.extraction && !traits.reads_extraction) {
        throw core::ConfigError(place.where + ".extraction is given, but a scorer of type " + config.type +
                                " reads none");
      }
      if (traits.reads_extraction && options.is_object() && (config.extraction || !options.contains("extraction"))) {
        options["extraction"] = core::enum_name(config.extraction.value_or(extraction));
      }
      parts.push_back({name, config.weight, make_scorer(config.type, options, below(place, "options"))});
    }
  }
  return std::make_shared<Weighted>(std::move(parts), setting.where);
}

bool read_extraction(const std::map<std::string, ScorerConfig>& scorers) {
  return std::any_of(scorers.begin(), scorers.end(), [](const auto& entry) {
    const auto found = entries().find(entry.second.type);
    return found != entries().end() && found->second.traits.reads_extraction;
  });
}

void register_scorer(const std::string& type, ScorerFactory factory, const ScorerTraits& traits) {
  if (!entries().emplace(type, Entry{std::move(factory), traits}).second) {
    throw core::ConfigError("there is already a scorer of type \"" + type + "\"");
  }
}

std::vector<std::string> scorer_types() {
  std::vector<std::string> types;
  for (const auto& [type, entry] : entries()) {
    types.push_back(type);
  }
  return types;
}

}  // namespace hone::rewards
