#include <re2/re2.h>

#include "core/error.h"
#include "rewards/rubric/compiler.h"
#include "rewards/rubric/item_keys.h"

namespace hone::rewards::rubric {
namespace {

using nlohmann::json;

template <class Map>
std::vector<std::string> keys_of(const Map& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first);
  return names;
}

}  // namespace

void Compiler::read_item(std::size_t index) {
  const WrittenItem& written = rubric_.written.items[index];
  const std::string path = "items." + std::to_string(index) + ".";
  check_keys(index, path);
  Item item;
  item.written = written;
  if (written.weight == 0.0) refuse(path + "weight", "is 0, needs more or less");
  if (written.class_ == Class::kGate && written.weight < 0)
    refuse(path + "weight", "is below 0, but a gate needs more than 0");
  if (written.class_ == Class::kPitfall && written.weight > 0)
    refuse(path + "weight", "is above 0, but a pitfall needs less than 0");
  if (written.weight < 0 && written.class_ != Class::kPitfall)
    refuse(path + "class", "needs pitfall, as the weight is below 0");
  if (!written.section.empty()) item.section = section(written.section, path + "section");
  read_check(item, path);
  rubric_.items.push_back(std::move(item));
}

std::size_t Compiler::section(const std::string& name, const std::string& path) const {
  return find(rubric_.written.sections.names, name, path, "section");
}

void Compiler::check_keys(std::size_t index, const std::string& path) const {
  const WrittenItem& item = rubric_.written.items[index];
  const auto& common = common_item_keys();
  const auto& own = item_keys(item.check);
  const json& keys = json_["items"][index];
  for (const auto& entry : keys.items()) {
    const auto is_it = [&](const auto& names) {
      return std::find(names.begin(), names.end(), entry.key()) != names.end();
    };
    if (is_it(common) || is_it(own)) continue;
    refuse(path + entry.key(),
           std::string("is given, but a ") + core::enum_name(item.check) + " item does not read it");
  }
  for (const std::string& name : needed_item_keys(item.check)) {
    if (!keys.contains(name))
      refuse(path + name, std::string("is missing, a ") + core::enum_name(item.check) + " item needs it");
  }
  if (!keys.contains("check")) refuse(path + "check", "is missing");
}

void Compiler::read_check(Item& item, const std::string& path) {
  switch (item.written.check) {
    case Check::kConclusion:
      return read_conclusion_item(item, path);
    case Check::kElements:
      return read_elements_item(item, path);
    case Check::kConsistency:
      return read_consistency_item(item, path);
    case Check::kCites:
      return read_cites(item, path);
    case Check::kRecordRefs:
      return read_record_refs(item, path);
    case Check::kContainsAll:
    case Check::kContainsAny:
    case Check::kContainsNone:
      item.group = add_list(item.written.phrases, path + "phrases");
      return;
    case Check::kNumber:
    case Check::kDate:
    case Check::kMoney:
      return read_value(item, path);
    case Check::kRegex:
      return read_pattern(item, path);
    case Check::kPlugin:
      return read_plugin(item, path);
    case Check::kJudge:
      if (item.written.scale.size() < 2) refuse(path + "scale", "needs at least 2 verdicts");
      return;
    case Check::kSections:
      if (rubric_.section_names.names.empty()) refuse(path + "check", "is sections, but the rubric has none");
      return;
    case Check::kLength:
      if (!item.written.min_words && !item.written.max_words) refuse(path + "max_words", "or min_words is needed");
      return;
    default:
      return;
  }
}

void Compiler::read_conclusion_item(Item& item, const std::string& path) {
  const WrittenGold& gold = item.written.gold;
  if (!item.written.labels.empty()) {
    item.choice = add_choice(item.written.labels,
                             gold.conclusion.empty() ? rubric_.written.gold.conclusion : gold.conclusion, path);
  } else if (rubric_.choices.empty()) {
    refuse(path + "labels", "is needed, as the rubric has none");
  } else if (!gold.conclusion.empty()) {
    item.choice = add_choice(rubric_.written.labels, gold.conclusion, path);
  } else {
    item.choice = 0;
  }
  if (!rubric_.choices[item.choice].gold) refuse(path + "gold", "or the rubric's gold.conclusion is needed");
}

void Compiler::read_elements_item(Item& item, const std::string& path) {
  const bool own = !item.written.elements.empty();
  const WrittenGold& gold = item.written.gold.elements.empty() ? rubric_.written.gold : item.written.gold;
  if (own) {
    item.elements = add_elements_of(keys_of(item.written.elements), item.written.elements, gold, path);
  } else if (!item.written.gold.elements.empty()) {
    item.elements = add_elements_of(element_names(), rubric_.written.elements, gold, path);
  } else {
    if (rubric_.elements.empty()) refuse(path + "elements", "is needed, as the rubric has none");
    item.elements = 0;
  }
  const auto& right = rubric_.elements[item.elements].gold;
  if (std::none_of(right.begin(), right.end(), [](const auto& one) { return one.has_value(); })) {
    refuse(path + "gold", "or the rubric's gold.elements is needed");
  }
}

std::size_t Compiler::section_of(Check check) const {
  for (const WrittenItem& item : rubric_.written.items) {
    if (item.check == check && !item.section.empty()) {
      const auto& names = rubric_.written.sections.names;
      const auto found = std::find(names.begin(), names.end(), item.section);
      if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    }
  }
  return kNowhere;
}

void Compiler::read_consistency_item(Item& item, const std::string& path) {
  if (rubric_.formula.empty()) refuse(path + "check", "is consistency, which needs the rubric's formula");
  const auto& between = item.written.between;
  if (between.empty()) {
    item.findings_section = section_of(Check::kElements);
    item.conclusion_section = section_of(Check::kConclusion);
  } else if (between.size() == 2) {
    item.findings_section = section(between[0], path + "between.0");
    item.conclusion_section = section(between[1], path + "between.1");
  } else {
    refuse(path + "between", "needs two sections: of the findings and of the conclusion");
  }
}

void Compiler::read_cites(Item& item, const std::string& path) {
  if (item.written.any.empty() == item.written.all.empty()) refuse(path + "any", "or `all` is needed, not both");
  const auto& names = item.written.any.empty() ? item.written.all : item.written.any;
  for (const std::string& id : names) {
    item.members.push_back(find(authority_ids_, id, path + (item.written.any.empty() ? "all" : "any"), "authority"));
  }
  const auto least = item.written.min.value_or(1);
  if (least > static_cast<std::int64_t>(names.size())) refuse(path + "min", "is more than it lists");
}

void Compiler::read_record_refs(Item& item, const std::string& path) {
  if (fact_ids_.empty()) refuse(path + "check", "is record_refs, but the rubric has no record");
  for (const std::string& id : item.written.facts) item.members.push_back(find(fact_ids_, id, path + "facts", "fact"));
  const std::size_t all = item.members.empty() ? fact_ids_.size() : item.members.size();
  if (item.written.min.value_or(1) > static_cast<std::int64_t>(all))
    refuse(path + "min", "is more facts than there are");
}

std::size_t Compiler::add_list(const std::vector<std::string>& phrases, const std::string& path) {
  if (phrases.empty()) refuse(path, "is empty");
  const std::size_t group = rubric_.phrases.add_group(Overlap::kAll);
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    if (!rubric_.phrases.add(group, phrases[i], static_cast<std::int32_t>(i))) {
      refuse(path + "." + std::to_string(i), "is " + core::in_quotes(phrases[i]) + ", which holds no word");
    }
  }
  return group;
}

void Compiler::read_value(Item& item, const std::string& path) {
  const WrittenItem& written = item.written;
  const auto found = written.check == Check::kNumber  ? find_numbers(written.value)
                     : written.check == Check::kMoney ? find_money(written.value)
                                                      : find_dates(written.value, written.order);
  if (found.size() != 1) {
    refuse(path + "value", "is " + core::in_quotes(written.value) + ", needs one " + core::enum_name(written.check) +
                               (written.check == Check::kNumber  ? ""
                                : written.check == Check::kMoney ? ": \"$50,000\""
                                                                 : ": \"2024-03-05\""));
  }
  item.value = found.front().value;
  if (!written.near.empty()) item.group = add_list(written.near, path + "near");
}

void Compiler::read_pattern(Item& item, const std::string& path) const {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  auto pattern = std::make_shared<re2::RE2>(item.written.pattern, options);
  if (!pattern->ok()) {
    refuse(path + "pattern", "is " + core::in_quotes(item.written.pattern) + ": " + core::in_quotes(pattern->error()));
  }
  item.pattern = std::move(pattern);
}

void Compiler::read_plugin(Item& item, const std::string& path) const {
  const json& scorer = item.written.scorer;
  if (!scorer.is_object() || !scorer.contains("type") || !scorer["type"].is_string())
    refuse(path + "scorer", "needs an object with a type");
  for (const auto& entry : scorer.items()) {
    if (entry.key() != "type" && entry.key() != "options")
      refuse(path + "scorer." + entry.key(), "is no key of a scorer: type, options");
  }
  ScorerSetting setting = setting_;
  setting.where = where_ + path + "scorer.options";
  const std::string type = scorer["type"].get<std::string>();
  if (type == "rubric") refuse(path + "scorer.type", "is rubric, but a rubric cannot hold another");
  item.plugin = make_scorer(type, scorer.value("options", json::object()), setting);
}

}  // namespace hone::rewards::rubric
