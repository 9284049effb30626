#include <set>

#include "core/config.h"
#include "core/config_text.h"
#include "core/error.h"
#include "rewards/rubric/compiler.h"

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

}  // namespace

Compiler::Compiler(const json& rubric, const json& gold, const std::string& where, const ScorerSetting& setting)
    : json_(rubric), where_(where), setting_(setting), made_(std::make_shared<Rubric>()), rubric_(*made_) {
  const std::size_t colon = where.find(": ");
  const bool has_path = colon != std::string::npos;
  const std::string source = where.substr(0, colon);
  const std::string path = has_path ? where.substr(colon + 2) : "";
  rubric_.written = core::from_json<WrittenRubric>(rubric, source, path);
  if (!gold.is_null()) rubric_.written.gold = core::from_json<WrittenGold>(gold, source, path + "_gold");
  where_ += has_path ? "." : ": ";
}

std::shared_ptr<const Rubric> Compiler::run() {
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

void Compiler::refuse(const std::string& path, const std::string& what) const {
  throw core::ConfigError(where_ + path + " " + what + " (rubric " + core::in_quotes(rubric_.written.id) + ")");
}

std::size_t Compiler::find(const std::vector<std::string>& names, const std::string& name, const std::string& path,
                           const char* what) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::string near = core::text::nearest(name, names);
  refuse(path, "is " + core::in_quotes(name) + ", which is no " + what +
                   (near.empty() ? std::string() : "; did you mean " + core::in_quotes(near) + "?"));
}

void Compiler::read_sections() {
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

void Compiler::read_materials() {
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

std::size_t Compiler::add_choice(const std::map<std::string, std::vector<std::string>>& labels, const std::string& gold,
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

const std::vector<std::string>& Compiler::element_names() {
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

bool Compiler::names_word(const std::string& text, const std::string& name) {
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; };
  for (std::size_t at = text.find(name); at != std::string::npos && !name.empty(); at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !is_part(text[at - 1])) && (end == text.size() || !is_part(text[end]))) return true;
  }
  return false;
}

std::size_t Compiler::add_elements_of(const std::vector<std::string>& names,
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
  if (!fault.empty()) refuse(path + "elements." + fault, "has a phrase that holds no word or is another element's too");
  elements.gold.resize(names.size());
  for (const auto& [name, finding] : gold.elements) {
    elements.gold[find(names, name, path + "gold.elements", "element")] = finding;
  }
  rubric_.elements.push_back(std::move(elements));
  return rubric_.elements.size() - 1;
}

void Compiler::read_formula() {
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

void Compiler::check_whole() const {
  (void)ids(rubric_.written.items, "items");
  const auto earns = [](const Item& item) { return item.written.weight > 0; };
  if (std::none_of(rubric_.items.begin(), rubric_.items.end(), earns))
    refuse("items", "has none with a weight above 0");
  const auto trains = [&](const Item& item) { return earns(item) && !item.written.held_out; };
  if (std::none_of(rubric_.items.begin(), rubric_.items.end(), trains))
    refuse("items", "has none that earns and is not held out");
}

std::shared_ptr<const Rubric> compile_rubric(const nlohmann::json& rubric, const nlohmann::json& gold,
                                             const std::string& where, const ScorerSetting& setting) {
  return Compiler(rubric, gold, where, setting).run();
}

}  // namespace hone::rewards::rubric
