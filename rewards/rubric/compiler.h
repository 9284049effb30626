#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/in_quotes.h"
#include "rewards/rubric/rubric.h"

/// What compile_rubric is made of; use rewards/rubric/rubric.h.
namespace hone::rewards::rubric {

/// Checks what the struct's description cannot say, and looks up what names something.
class Compiler {
 public:
  Compiler(const nlohmann::json& rubric, const nlohmann::json& gold, const std::string& where,
           const ScorerSetting& setting);

  std::shared_ptr<const Rubric> run();

 private:
  [[noreturn]] void refuse(const std::string& path, const std::string& what) const;

  /// The place of a name, or a refusal with the nearest.
  std::size_t find(const std::vector<std::string>& names, const std::string& name, const std::string& path,
                   const char* what) const;

  void read_sections();

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

  void read_materials();

  std::size_t add_choice(const std::map<std::string, std::vector<std::string>>& labels, const std::string& gold,
                         const std::string& path);

  /// The rubric's elements: those that are declared and those that gold or formula name, spelled alike.
  [[nodiscard]] const std::vector<std::string>& element_names();
  static bool names_word(const std::string& text, const std::string& name);

  std::size_t add_elements_of(const std::vector<std::string>& names,
                              const std::map<std::string, WrittenElement>& written, const WrittenGold& gold,
                              const std::string& path);

  void read_formula();

  void read_item(std::size_t index);

  std::size_t section(const std::string& name, const std::string& path) const;

  void check_keys(std::size_t index, const std::string& path) const;

  void read_check(Item& item, const std::string& path);

  void read_conclusion_item(Item& item, const std::string& path);

  void read_elements_item(Item& item, const std::string& path);

  /// The section of the first item of a kind.
  [[nodiscard]] std::size_t section_of(Check check) const;

  void read_consistency_item(Item& item, const std::string& path);

  void read_cites(Item& item, const std::string& path);

  void read_record_refs(Item& item, const std::string& path);

  std::size_t add_list(const std::vector<std::string>& phrases, const std::string& path);

  void read_value(Item& item, const std::string& path);

  void read_pattern(Item& item, const std::string& path) const;

  void read_plugin(Item& item, const std::string& path) const;

  void check_whole() const;

  const nlohmann::json& json_;
  std::string where_;
  const ScorerSetting& setting_;
  std::shared_ptr<Rubric> made_;
  Rubric& rubric_;
  std::vector<std::string> authority_ids_;
  std::vector<std::string> fact_ids_;
  std::vector<std::string> element_names_;
};

}  // namespace hone::rewards::rubric
