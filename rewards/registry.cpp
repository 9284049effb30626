#include "rewards/registry.h"

#include <algorithm>
#include <utility>

#include "core/config.h"
#include "core/config_text.h"
#include "core/error.h"
#include "rewards/exact_math.h"
#include "rewards/format.h"
#include "rewards/length.h"
#include "rewards/weighted.h"

namespace hone::rewards {
namespace {

struct Entry {
  ScorerFactory factory;
  ScorerTraits traits;
};

/// "train.json: scorers.math.options" to the file and the path within it.
std::pair<std::string, std::string> split_place(const std::string& where) {
  const std::size_t colon = where.find(": ");
  return colon == std::string::npos ? std::pair{where, std::string()}
                                    : std::pair{where.substr(0, colon), where.substr(colon + 2)};
}

std::string below(const std::string& where, const std::string& key) {
  return where + (where.find(": ") == std::string::npos ? ": " : ".") + key;
}

template <class Options>
Options read_options(const nlohmann::json& options, const std::string& where) {
  const auto [source, path] = split_place(where);
  return core::from_json<Options>(options.is_null() ? nlohmann::json::object() : options, source, path);
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
  entries["exact_math"] = {[](const nlohmann::json& options, const std::string& where) {
                             return std::make_shared<ExactMath>(read_options<ExactMathOptions>(options, where));
                           },
                           {.judges_correctness = true, .reads_extraction = true}};
  entries["format"] = {[](const nlohmann::json& options, const std::string& where) {
                         return std::make_shared<Format>(read_options<FormatOptions>(options, where));
                       },
                       {.judges_correctness = false}};
  entries["length"] = {[](const nlohmann::json& options, const std::string& where) {
                         return std::make_shared<Length>(read_options<LengthOptions>(options, where), where);
                       },
                       {.judges_correctness = false}};
  entries["weighted"] = {[](const nlohmann::json& options, const std::string& where) {
                           const auto read = read_options<WeightedOptions>(options, where);
                           return make_scorers(read.scorers, read.extraction, below(where, "scorers"));
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
                                          const std::string& where) {
  return find(type, where).factory(options, where);
}

std::shared_ptr<const Scorer> make_scorers(const std::map<std::string, ScorerConfig>& scorers,
                                           ExtractionMode extraction, const std::string& where) {
  std::vector<WeightedPart> parts;
  for (const bool judges_correctness : {true, false}) {
    for (const auto& [name, config] : scorers) {
      const std::string place = below(where, name);
      const ScorerTraits& traits = find(config.type, place).traits;
      if (traits.judges_correctness != judges_correctness) {
        continue;
      }
      nlohmann::json options = config.options.is_null() ? nlohmann::json::object() : config.options;
      if (config.extraction && !traits.reads_extraction) {
        throw core::ConfigError(place + ".extraction is given, but a scorer of type " + config.type + " reads none");
      }
      if (traits.reads_extraction && options.is_object() && (config.extraction || !options.contains("extraction"))) {
        options["extraction"] = core::enum_name(config.extraction.value_or(extraction));
      }
      parts.push_back({name, config.weight, make_scorer(config.type, options, place + ".options")});
    }
  }
  return std::make_shared<Weighted>(std::move(parts), where);
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
