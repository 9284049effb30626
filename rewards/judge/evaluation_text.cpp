#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "rewards/judge/evaluation.h"

namespace hone::rewards {
namespace {

using Json = nlohmann::ordered_json;

std::string number(double value, const char* format = "%.3f") {
  if (!std::isfinite(value)) {
    return "-";
  }
  char text[64];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

std::string line(const std::string& name, const Estimate& estimate, const char* format = "%.3f") {
  char text[160];
  const std::string interval = std::isfinite(estimate.low)
                                   ? "[" + number(estimate.low, format) + ", " + number(estimate.high, format) + "]"
                                   : "";
  std::snprintf(text, sizeof(text), "%-28s %8s  %s", name.c_str(), number(estimate.value, format).c_str(),
                interval.c_str());
  std::string trimmed = text;
  trimmed.erase(trimmed.find_last_not_of(' ') + 1);
  return trimmed + "\n";
}

std::string category_row(const std::string& name, const Agreement& agreement) {
  char text[160];
  std::snprintf(text, sizeof(text), "%-28.28s %6zu %9s %7s %7s %8s\n", name.empty() ? "(none)" : name.c_str(),
                agreement.n, number(agreement.accuracy.value).c_str(), number(agreement.kappa.value).c_str(),
                number(agreement.balanced_f1.value).c_str(), number(agreement.offset_points.value, "%+.1f").c_str());
  return text;
}

Json json_of(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json json_of(const Estimate& estimate) {
  Json object;
  object["value"] = json_of(estimate.value);
  object["low"] = json_of(estimate.low);
  object["high"] = json_of(estimate.high);
  return object;
}

Json json_of(const Agreement& agreement) {
  Json object;
  object["n"] = agreement.n;
  object["accuracy"] = json_of(agreement.accuracy);
  object["kappa"] = json_of(agreement.kappa);
  object["weighted_kappa"] = json_of(agreement.weighted_kappa);
  object["balanced_f1"] = json_of(agreement.balanced_f1);
  object["offset_points"] = json_of(agreement.offset_points);
  object["length_correlation"] = json_of(agreement.length_correlation);
  object["label_length_correlation"] = json_of(agreement.label_length_correlation);
  return object;
}

}  // namespace

std::string evaluation_table(const JudgeEvaluation& evaluation) {
  const Agreement& all = evaluation.all;
  std::string text = std::to_string(all.n) + " answers judged, " + std::to_string(evaluation.failed) + " failed\n";
  for (const std::string& failure : evaluation.failures) {
    text += "  " + failure + "\n";
  }
  text += "\n" + line("accuracy", all.accuracy) + line("Cohen's kappa", all.kappa);
  if (std::isfinite(all.weighted_kappa.value)) {
    text += line("kappa, quadratic weights", all.weighted_kappa);
  }
  text += line("balanced F1", all.balanced_f1) + line("offset, points", all.offset_points, "%+.1f");
  if (evaluation.flips) {
    text += line("flips on repeats", *evaluation.flips);
  }
  text += line("score with length", all.length_correlation, "%+.3f");
  text += line("label with length", all.label_length_correlation, "%+.3f");
  text += line("canaries that pass", evaluation.false_positives);
  if (!evaluation.by_category.empty()) {
    text += "\ncategory                          n  accuracy   kappa      F1   offset\n";
    for (const auto& [name, agreement] : evaluation.by_category) {
      text += category_row(name, agreement);
    }
  }
  text += "\ncanary                       passed\n";
  for (const CanaryResult& canary : evaluation.canaries) {
    char row[160];
    std::snprintf(row, sizeof(row), "%-28.28s %lld of %lld\n", canary.name.c_str(),
                  static_cast<long long>(canary.passed), static_cast<long long>(canary.asked));
    text += row;
  }
  char spent[200];
  std::snprintf(spent, sizeof(spent), "\n%lld calls, %lld from the cache, %lld + %lld tokens, $%.4f\n",
                static_cast<long long>(evaluation.usage.calls), static_cast<long long>(evaluation.usage.cached),
                static_cast<long long>(evaluation.usage.prompt_tokens),
                static_cast<long long>(evaluation.usage.completion_tokens), evaluation.usage.cost_usd);
  return text + spent;
}

nlohmann::ordered_json to_json(const JudgeEvaluation& evaluation) {
  Json object = json_of(evaluation.all);
  object["failed"] = evaluation.failed;
  object["flips"] = evaluation.flips ? json_of(*evaluation.flips) : Json(nullptr);
  object["false_positives"] = json_of(evaluation.false_positives);
  object["categories"] = Json::object();
  for (const auto& [name, agreement] : evaluation.by_category) {
    object["categories"][name] = json_of(agreement);
  }
  object["canaries"] = Json::object();
  for (const CanaryResult& canary : evaluation.canaries) {
    object["canaries"][canary.name] = {{"passed", canary.passed}, {"asked", canary.asked}};
  }
  const Usage& usage = evaluation.usage;
  object["usage"] = {{"calls", usage.calls},
                     {"cached", usage.cached},
                     {"prompt_tokens", usage.prompt_tokens},
                     {"completion_tokens", usage.completion_tokens},
                     {"cost_usd", usage.cost_usd}};
  return object;
}

}  // namespace hone::rewards
