#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "datasets/question.h"

namespace hone::rewards::probe {

/// What someone who knows how a question is judged could write into an answer, out of its rubric (hone.rubric/1). All
/// of it is empty where there is none.
struct Material {
  std::vector<std::string> sections;                           // their names
  std::string conclusion_section;                              // where the conclusion stands
  bool are_headings = false;                                   // sections are headings, else tags
  std::string conclusion;                                      // the right label
  std::vector<std::string> labels;                             // every label, the right one too
  std::vector<std::string> phrases;                            // every wording of every label
  std::vector<std::string> elements;                           // a term for each element
  std::vector<std::string> terms;                              // all terms of all elements, and of the record
  std::vector<std::string> citations;                          // of all authorities, aliases too
  std::vector<std::pair<std::string, std::string>> opposites;  // a wording of met, and one of not met
};

/// Takes what is there and passes over what is not as the format says: a broken rubric is the scorer's to report.
[[nodiscard]] Material material_of(const datasets::Question& question, const nlohmann::json& criteria);

}  // namespace hone::rewards::probe
