#include "rewards/probe/material.h"

#include <algorithm>

namespace hone::rewards::probe {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

const json& at(const json& object, const char* key) {
  static const json nothing;
  if (!object.is_object()) {
    return nothing;
  }
  const auto found = object.find(key);
  return found != object.end() ? *found : nothing;
}

std::string text_at(const json& object, const char* key) {
  const json& value = at(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

void add(Texts& texts, const std::string& text) {
  if (!text.empty() && std::find(texts.begin(), texts.end(), text) == texts.end()) {
    texts.push_back(text);
  }
}

void add_all(Texts& texts, const json& list) {
  if (list.is_array()) {
    for (const json& one : list) {
      if (one.is_string()) {
        add(texts, one.get<std::string>());
      }
    }
  }
}

void read_labels(Material& material, const json& labels) {
  if (labels.is_object()) {
    for (const auto& [label, phrases] : labels.items()) {
      add(material.labels, label);
      add(material.phrases, label);
      add_all(material.phrases, phrases);
    }
  }
}

void read_elements(Material& material, const json& elements) {
  if (!elements.is_object()) {
    return;
  }
  for (const auto& [id, element] : elements.items()) {
    Texts terms;
    add_all(terms, at(element, "terms"));
    add(material.elements, terms.empty() ? id : terms.front());
    for (const std::string& term : terms) {
      add(material.terms, term);
    }
    Texts met;
    Texts not_met;
    add_all(met, at(element, "met"));
    add_all(not_met, at(element, "not_met"));
    for (std::size_t i = 0; i < met.size() && !not_met.empty(); ++i) {
      material.opposites.emplace_back(met[i], not_met[std::min(i, not_met.size() - 1)]);
    }
    for (std::size_t i = met.size(); i < not_met.size() && !met.empty(); ++i) {
      material.opposites.emplace_back(met.back(), not_met[i]);
    }
  }
}

void read_sections(Material& material, const json& criteria) {
  const json& sections = at(criteria, "sections");
  add_all(material.sections, at(sections, "names"));
  material.are_headings = text_at(sections, "format") == "headings";
  const json& items = at(criteria, "items");
  if (items.is_array()) {
    for (const json& item : items) {
      if (text_at(item, "check") == "conclusion" && material.conclusion_section.empty()) {
        material.conclusion_section = text_at(item, "section");
      }
      read_labels(material, at(item, "labels"));
      read_elements(material, at(item, "elements"));
    }
  }
}

void read_materials(Material& material, const json& materials) {
  for (const json& authority : at(materials, "authorities")) {
    add(material.citations, text_at(authority, "cite"));
    add_all(material.citations, at(authority, "aliases"));
  }
  for (const json& fact : at(materials, "record")) {
    add(material.terms, text_at(fact, "id"));
    add_all(material.terms, at(fact, "terms"));
  }
}

}  // namespace

Material material_of(const datasets::Question& question, const json& criteria) {
  const json& carried = at(question.reference, "rubric");
  const json& rubric = criteria.is_object() ? criteria : carried;
  Material material;
  material.conclusion = question.gold;
  if (!rubric.is_object()) {
    return material;
  }
  read_labels(material, at(rubric, "labels"));
  read_elements(material, at(rubric, "elements"));
  read_sections(material, rubric);
  read_materials(material, at(rubric, "materials"));
  for (const json& gold : {at(rubric, "gold"), at(question.reference, "rubric_gold")}) {
    if (const std::string label = text_at(gold, "conclusion"); !label.empty()) {
      material.conclusion = label;
    }
  }
  return material;
}

}  // namespace hone::rewards::probe
