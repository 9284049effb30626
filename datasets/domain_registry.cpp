#include <algorithm>

#include "core/config.h"
#include "core/config_text.h"
#include "core/error.h"
#include "datasets/arithmetic.h"
#include "datasets/domain.h"
#include "datasets/logic.h"
#include "datasets/statute.h"
#include "datasets/word_problems.h"

namespace hone::datasets {
namespace {

template <class DomainType, class Options>
DomainEntry entry(std::string_view name, std::string_view description) {
  return {
      name, description, [] { return core::json_schema<Options>(""); },
      [](const nlohmann::json& json, const std::string& source, const std::string& path) -> std::unique_ptr<Domain> {
        const auto options = json.is_null() ? Options{} : core::from_json<Options>(json, source, path);
        return std::make_unique<DomainType>(options, source + ": " + path);
      }};
}

}  // namespace

const std::vector<DomainEntry>& domains() {
  static const std::vector<DomainEntry> entries = {
      entry<ArithmeticDomain, ArithmeticOptions>("arithmetic", "chains of + - * with parentheses, integer answers"),
      entry<LogicDomain, LogicOptions>("logic", "does it follow from the facts and rules: yes, no or unknown"),
      entry<StatuteDomain, StatuteOptions>("statute",
                                           "is a claim granted under an invented statute: granted or denied"),
      entry<WordProblemDomain, WordProblemOptions>("word_problems", "one- and two-step stories, integer answers"),
  };
  return entries;
}

std::unique_ptr<Domain> make_domain(const std::string& name, const nlohmann::json& options, const std::string& source,
                                    const std::string& path) {
  std::vector<std::string> names;
  for (const auto& entry : domains()) {
    if (entry.name == name) return entry.make(options, source, core::text::join_path(path, "options"));
    names.emplace_back(entry.name);
  }
  throw core::ConfigError(source + ": " + core::text::join_path(path, "domain") + " is \"" + name + "\", needs " +
                          core::text::one_of(names));
}

}  // namespace hone::datasets
