#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "core/config.h"
#include "core/config_text.h"
#include "core/error.h"
#include "core/in_quotes.h"
#include "rewards/rubric/item_keys.h"
#include "rewards/rubric/rubric.h"

namespace hone::rewards::rubric {
namespace {

using nlohmann::json;

std::string folded_name(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
  return name;
}

template <class Map>
std::vector<std::string> keys_of(const Map& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first);
  return names;
}

/// Checks what the struct's description cannot say, and looks up what names something.
class Compiler {
 public:
  Compiler(const json& rubric, const json& gold, const std::string& where, const ScorerSetting& setting)
      : json_(rubric), where_(where), setting_(setting), made_(std::make_shared<Rubric>()), rubric_(*made_) {
    const std::size_t colon = where.find(": ");
    const bool has_path = colon != std::string::npos;
    const std::string source = where.substr(0, colon);
    const std::string path = has_path ? where.substr(colon + 2) : "";
    rubric_.written = core::from_json<WrittenRubric>(rubric, source, path);
    if (!gold.is_null()) rubric_.written.gold = core::from_json<WrittenGold>(gold, source, path + "_gold");
    where_ += has_path ? "." : ": ";
  }

  std::shared_ptr<const Rubric> run() {
    const WrittenRubric& written = rubric_.written;
    read_sections();
    read_materials();
    if (!written.labels.empty()) add_choice(written.labels, written.gold.conclusion, "");
    if (!element_names().empty()) add_elements_of(element_names(), written.elements, written.gold, "");
    read_formula();
    for (std::size_t i = 0; i < written.items.size(); ++i) read_item(i);
    check_whole();
    rubric_.phrases.compile();
    return made_;
  }

 private:
  [[noreturn]] void refuse(const std::string& path, const std::string& what) const {
    throw core::ConfigError(where_ + path + " " + what + " (rubric " + core::in_quotes(rubric_.written.id) + ")");
  }

  /// The place of a name, or a refusal with the nearest.
  std::size_t find(const std::vector<std::string>& names, const std::string& name, const std::string& path,
                   const char* what) const {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::string near = core::text::nearest(name, names);
    refuse(path, "is " + core::in_quotes(name) + ", which is no " + what +
                     (near.empty() ? std::string() : "; did you mean " + core::in_quotes(near) + "?"));
  }

  void read_sections() {
    const WrittenSections& sections = rubric_.written.sections;
    rubric_.section_names.format = sections.format;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < sections.names.size(); ++i) {
      std::vector<std::string> names = {folded_name(sections.names[i])};
      if (const auto found = sections.aliases.find(sections.names[i]); found != sections.aliases.end()) {
        for (const std::string& alias : found->second) names.push_back(folded_name(alias));
      }
      for (const std::string& name : names) {
        const std::string path = "sections.names." + std::to_string(i);
        if (name.empty()) refuse(path, "is empty");
        if (!seen.insert(name).second) refuse(path, "is " + core::in_quotes(name) + ", which names two sections");
      }
      rubric_.section_names.names.push_back(std::move(names));
    }
    for (const std::string& name : sections.required) {
      rubric_.required.push_back(find(sections.names, name, "sections.required", "section"));
    }
    for (const auto& [name, aliases] : sections.aliases)
      (void)find(sections.names, name, "sections.aliases." + name, "section");
  }

  template <class Entries>
  std::vector<std::string> ids(const Entries& entries, const std::string& path) const {
    std::vector<std::string> names;
    for (const auto& entry : entries) {
      if (std::find(names.begin(), names.end(), entry.id) != names.end()) {
        refuse(path + "." + std::to_string(names.size()) + ".id",
               "is " + core::in_quotes(entry.id) + ", which is there twice");
      }
      names.push_back(entry.id);
    }
    return names;
  }

  void read_materials() {
    const WrittenMaterials& materials = rubric_.written.materials;
    authority_ids_ = ids(materials.authorities, "materials.authorities");
    fact_ids_ = ids(materials.record, "materials.record");
    std::string fault;
    rubric_.authorities = Authorities::add_phrases(rubric_.phrases, materials.authorities, fault);
    if (!fault.empty())
      refuse("materials.authorities", "has for " + core::in_quotes(fault) + " a citation without a word, or another's");
    rubric_.facts = rubric_.phrases.add_group(Overlap::kAll);
    for (std::size_t i = 0; i < materials.record.size(); ++i) {
      const WrittenFact& fact = materials.record[i];
      (void)rubric_.phrases.add(rubric_.facts, fact.id, static_cast<std::int32_t>(i));
      for (const std::string& term : fact.terms) {
        if (!rubric_.phrases.add(rubric_.facts, term, static_cast<std::int32_t>(i))) {
          refuse("materials.record." + std::to_string(i) + ".terms",
                 "has " + core::in_quotes(term) + ", which holds no word");
        }
      }
      rubric_.record.add(fact.text);
    }
    for (const WrittenAuthority& authority : materials.authorities) rubric_.provisions.add(authority.text);
    rubric_.record.compile();
    rubric_.provisions.compile();
    rubric_.citations.compile(materials);
  }

  std::size_t add_choice(const std::map<std::string, std::vector<std::string>>& labels, const std::string& gold,
                         const std::string& path) {
    Choice choice;
    choice.labels.names = keys_of(labels);
    choice.labels.group = rubric_.phrases.add_group(Overlap::kLongest);
    std::int32_t member = 0;
    for (const auto& [label, phrases] : labels) {
      const std::string at = path + "labels." + label;
      if (phrases.empty()) refuse(at, "has no phrase");
      for (const std::string& phrase : phrases) {
        if (!rubric_.phrases.add(choice.labels.group, phrase, member)) {
          refuse(at, "has the phrase " + core::in_quotes(phrase) + ", which holds no word or is another label's too");
        }
      }
      ++member;
    }
    if (!gold.empty()) choice.gold = find(choice.labels.names, gold, path + "gold.conclusion", "label");
    rubric_.choices.push_back(std::move(choice));
    return rubric_.choices.size() - 1;
  }

  /// The rubric's elements: those that are declared and those that gold or formula name, spelled alike.
  [[nodiscard]] const std::vector<std::string>& element_names() {
    if (!element_names_.empty()) return element_names_;
    const WrittenRubric& written = rubric_.written;
    std::set<std::string> names;
    for (const auto& entry : written.elements) names.insert(entry.first);
    // Without a declaration a name that is misspelled would be an element that no answer can find: gold and formula
    // have to agree on it.
    for (const auto& entry : written.gold.elements) {
      const std::string& name = entry.first;
      const bool in_formula = written.formula && names_word(written.formula->when, name);
      if (!names.contains(name) && !in_formula && !written.elements.empty()) {
        (void)find(keys_of(written.elements), name, "gold.elements", "element");
      }
      names.insert(name);
    }
    element_names_.assign(names.begin(), names.end());
    return element_names_;
  }
  static bool names_word(const std::string& text, const std::string& name) {
    const auto is_part = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    };
    for (std::size_t at = text.find(name); at != std::string::npos && !name.empty(); at = text.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
    }
    return false;
  }

  std::size_t add_elements_of(const std::vector<std::string>& names,
                              const std::map<std::string, WrittenElement>& written, const WrittenGold& gold,
                              const std::string& path) {
    Elements elements;
    elements.names = names;
    std::vector<WrittenElement> phrases;
    for (const std::string& name : names) {
      const auto found = written.find(name);
      phrases.push_back(found == written.end() ? WrittenElement{} : found->second);
    }
    std::string fault;
    elements.phrases = add_elements(rubric_.phrases, names, phrases, rubric_.written.findings, fault);
    if (!fault.empty())
      refuse(path + "elements." + fault, "has a phrase that holds no word or is another element's too");
    elements.gold.resize(names.size());
    for (const auto& [name, finding] : gold.elements) {
      elements.gold[find(names, name, path + "gold.elements", "element")] = finding;
    }
    rubric_.elements.push_back(std::move(elements));
    return rubric_.elements.size() - 1;
  }

  void read_formula() {
    const auto& written = rubric_.written.formula;
    if (!written) return;
    if (rubric_.choices.empty()) refuse("formula", "needs the rubric's labels");
    if (rubric_.elements.empty()) refuse("formula", "needs the rubric's elements");
    const auto& labels = rubric_.choices.front().labels.names;
    rubric_.formula = Formula(written->when, rubric_.elements.front().names, where_ + "formula.when");
    rubric_.when_true = find(labels, written->conclusion, "formula.conclusion", "label");
    if (!written->otherwise.empty()) {
      rubric_.when_false = find(labels, written->otherwise, "formula.otherwise", "label");
    } else if (labels.size() == 2) {
      rubric_.when_false = 1 - *rubric_.when_true;
    } else {
      refuse("formula.otherwise", "is needed where there are " + std::to_string(labels.size()) + " labels");
    }
    if (!written->undetermined.empty())
      rubric_.when_unknown = find(labels, written->undetermined, "formula.undetermined", "label");
  }

  void read_item(std::size_t index) {
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

  std::size_t section(const std::string& name, const std::string& path) const {
    return find(rubric_.written.sections.names, name, path, "section");
  }

  void check_keys(std::size_t index, const std::string& path) const {
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

  void read_check(Item& item, const std::string& path) {
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

  void read_conclusion_item(Item& item, const std::string& path) {
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

  void read_elements_item(Item& item, const std::string& path) {
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

  /// The section of the first item of a kind.
  [[nodiscard]] std::size_t section_of(Check check) const {
    for (const WrittenItem& item : rubric_.written.items) {
      if (item.check == check && !item.section.empty()) {
        const auto& names = rubric_.written.sections.names;
        const auto found = std::find(names.begin(), names.end(), item.section);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
      }
    }
    return kNowhere;
  }

  void read_consistency_item(Item& item, const std::string& path) {
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

  void read_cites(Item& item, const std::string& path) {
    if (item.written.any.empty() == item.written.all.empty()) refuse(path + "any", "or `all` is needed, not both");
    const auto& names = item.written.any.empty() ? item.written.all : item.written.any;
    for (const std::string& id : names) {
      item.members.push_back(find(authority_ids_, id, path + (item.written.any.empty() ? "all" : "any"), "authority"));
    }
    const auto least = item.written.min.value_or(1);
    if (least > static_cast<std::int64_t>(names.size())) refuse(path + "min", "is more than it lists");
  }

  void read_record_refs(Item& item, const std::string& path) {
    if (fact_ids_.empty()) refuse(path + "check", "is record_refs, but the rubric has no record");
    for (const std::string& id : item.written.facts)
      item.members.push_back(find(fact_ids_, id, path + "facts", "fact"));
    const std::size_t all = item.members.empty() ? fact_ids_.size() : item.members.size();
    if (item.written.min.value_or(1) > static_cast<std::int64_t>(all))
      refuse(path + "min", "is more facts than there are");
  }

  std::size_t add_list(const std::vector<std::string>& phrases, const std::string& path) {
    if (phrases.empty()) refuse(path, "is empty");
    const std::size_t group = rubric_.phrases.add_group(Overlap::kAll);
    for (std::size_t i = 0; i < phrases.size(); ++i) {
      if (!rubric_.phrases.add(group, phrases[i], static_cast<std::int32_t>(i))) {
        refuse(path + "." + std::to_string(i), "is " + core::in_quotes(phrases[i]) + ", which holds no word");
      }
    }
    return group;
  }

  void read_value(Item& item, const std::string& path) {
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

  void read_pattern(Item& item, const std::string& path) const {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    auto pattern = std::make_shared<re2::RE2>(item.written.pattern, options);
    if (!pattern->ok()) {
      refuse(path + "pattern",
             "is " + core::in_quotes(item.written.pattern) + ": " + core::in_quotes(pattern->error()));
    }
    item.pattern = std::move(pattern);
  }

  void read_plugin(Item& item, const std::string& path) const {
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

  void check_whole() const {
    (void)ids(rubric_.written.items, "items");
    const auto earns = [](const Item& item) { return item.written.weight > 0; };
    if (std::none_of(rubric_.items.begin(), rubric_.items.end(), earns))
      refuse("items", "has none with a weight above 0");
    const auto trains = [&](const Item& item) { return earns(item) && !item.written.held_out; };
    if (std::none_of(rubric_.items.begin(), rubric_.items.end(), trains))
      refuse("items", "has none that earns and is not held out");
  }

  const json& json_;
  std::string where_;
  const ScorerSetting& setting_;
  std::shared_ptr<Rubric> made_;
  Rubric& rubric_;
  std::vector<std::string> authority_ids_;
  std::vector<std::string> fact_ids_;
  std::vector<std::string> element_names_;
};

}  // namespace

std::shared_ptr<const Rubric> compile_rubric(const nlohmann::json& rubric, const nlohmann::json& gold,
                                             const std::string& where, const ScorerSetting& setting) {
  return Compiler(rubric, gold, where, setting).run();
}

}  // namespace hone::rewards::rubric
