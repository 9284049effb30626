#include "datasets/statute_rubric.h"

#include <string>

namespace hone::datasets {
namespace {

using nlohmann::json;

std::string gold_text(Finding finding) {
  switch (finding) {
    case Finding::kMet:
      return "met";
    case Finding::kNotMet:
      return "not_met";
    case Finding::kUndetermined:
      return "undetermined";
  }
  return "";
}

/// The conclusion is a third of what can be earned. Verdict and findings are gates: with one finding wrong an answer
/// earns no more than with the wrong verdict, whatever else is right. So is one finding a line: the same words in
/// another order can name all findings by luck.
json items() {
  return json::parse(R"([
    {"id": "verdict", "check": "conclusion", "section": "conclusion", "weight": 3, "class": "gate"},
    {"id": "elements", "check": "elements", "section": "application", "weight": 5, "class": "gate"},
    {"id": "shape", "check": "regex", "section": "application", "weight": 0.5, "class": "gate",
     "pattern": "\\A\\s*(?:\\w+ )?\\w+: (?:met|not met|unknown)(?:\\n\\w+: (?:met|not met|unknown))*\\s*\\z"},
    {"id": "consistent", "check": "consistency", "weight": 1, "class": "essential"},
    {"id": "contradiction", "check": "contradiction", "section": "application", "weight": -2, "class": "pitfall"},
    {"id": "brief", "check": "length", "max_words": 60, "weight": -2, "class": "pitfall"}
  ])");
}

}  // namespace

json statute_rubric(const StatuteCase& statute) {
  static const json kItems = items();
  static const json kSections = {
      {"format", "tags"}, {"names", {"application", "conclusion"}}, {"required", {"application", "conclusion"}}};
  static const json kLabels = {
      {"granted", {"granted"}}, {"denied", {"denied", "not granted"}}, {"undetermined", {"undetermined"}}};
  const Formula condition = statute.condition();
  json gold = json::object();
  json terms = json::object();
  for (std::size_t i = 0; i < statute.elements.size(); ++i) {
    gold[statute.elements[i]] = gold_text(statute.findings[i]);
    terms[statute.elements[i]] = {{"terms", {statute.elements[i]}}};
  }
  return {{"schema", "hone.rubric/1"},
          {"id", "statute"},
          {"version", 1},
          {"sections", kSections},
          {"gold", {{"conclusion", verdict_text(evaluate(condition, statute.findings))}, {"elements", gold}}},
          {"labels", kLabels},
          {"elements", terms},
          {"formula",
           {{"conclusion", "granted"},
            {"otherwise", "denied"},
            {"undetermined", "undetermined"},
            {"when", to_text(condition, statute.elements)}}},
          {"items", kItems}};
}

}  // namespace hone::datasets
