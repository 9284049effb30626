#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewards/registry.h"
#include "rewards/rubric/citations.h"
#include "rewards/rubric/conclusion.h"
#include "rewards/rubric/findings.h"
#include "rewards/rubric/phrases.h"
#include "rewards/rubric/runs.h"
#include "rewards/rubric/sections.h"
#include "rewards/rubric/values.h"
#include "rewards/rubric/written.h"
#include "rewards/scorer.h"

namespace re2 {
class RE2;
}

namespace hone::rewards::rubric {

inline constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// Elements with what is right of each.
struct Elements {
  std::vector<std::string> names;
  ElementPhrases phrases;
  std::vector<std::optional<Finding>> gold;  // none: the item does not ask for it
};

/// A label set with the right one.
struct Choice {
  Labels labels;
  std::optional<std::size_t> gold;
};

/// One item, ready to be looked at.
struct Item {
  WrittenItem written;
  std::size_t section = kNowhere;             // kNowhere: the whole answer
  std::size_t choice = kNowhere;              // of Rubric::choices
  std::size_t elements = kNowhere;            // of Rubric::elements
  std::size_t group = kNowhere;               // of Rubric::phrases: phrases or near
  std::vector<std::size_t> members;           // cites: any or all; record_refs: facts
  std::size_t findings_section = kNowhere;    // consistency
  std::size_t conclusion_section = kNowhere;  // consistency
  Value value;                                // number, date, money
  std::shared_ptr<const re2::RE2> pattern;
  std::shared_ptr<const Scorer> plugin;
};

/// A rubric that was read and found whole. Immutable, shared by threads.
struct Rubric {
  WrittenRubric written;
  SectionNames section_names;
  std::vector<std::size_t> required;  // sections
  Phrases phrases;
  std::vector<Choice> choices;     // the rubric's own is the first, where it has labels
  std::vector<Elements> elements;  // the rubric's own are the first, where it has some
  Formula formula;
  std::optional<std::size_t> when_true, when_false, when_unknown;  // labels
  std::size_t authorities = kNowhere;                              // their group
  std::size_t facts = kNowhere;                                    // theirs
  Authorities citations;
  Texts record;  // to quote from and to compare with
  Texts provisions;
  std::vector<Item> items;
};

/// Reads and checks a rubric; `gold`, where it is not null, takes the place of its own. `where` begins messages and
/// names the rubric: "question q-17: rubric". `setting` is for the scorers of plugin items. Throws ConfigError.
[[nodiscard]] std::shared_ptr<const Rubric> compile_rubric(const nlohmann::json& rubric, const nlohmann::json& gold,
                                                           const std::string& where, const ScorerSetting& setting);

}  // namespace hone::rewards::rubric
