// Every line of tests/rewards/exact_math_suite/*.jsonl, whose labels were made by hand and checked against SymPy by
// tests/fixtures/exact_math/check_suite.py.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/files.h"
#include "rewards/extraction.h"
#include "rewards/math/compare.h"

using nlohmann::json;
using namespace hone::rewards;
using namespace hone::rewards::math;

namespace {

struct Line {
  std::string category;
  json pair;
};

std::vector<Line> suite() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/rewards/exact_math_suite")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Line> lines;
  for (const auto& file : files) {
    std::istringstream text(hone::core::read_file(file));
    for (std::string line; std::getline(text, line);) {
      lines.push_back({file.stem().string(), json::parse(line)});
    }
  }
  return lines;
}

template <class Enum>
void set_option(const json& options, const char* name, const std::map<std::string, Enum>& values, Enum& option) {
  if (options.contains(name)) {
    option = values.at(options.at(name).get<std::string>());
  }
}

CompareOptions options_of(const json& pair) {
  CompareOptions made;
  const json options = pair.value("options", json::object());
  set_option(options, "list_order", {{"any", ListOrder::kAny}, {"strict", ListOrder::kStrict}}, made.list_order);
  set_option(options, "percent", {{"either", PercentRule::kEither}, {"value", PercentRule::kValue}}, made.percent);
  set_option(options, "tuple_as_set", {{"strict", TupleAsSet::kStrict}, {"lenient", TupleAsSet::kLenient}},
             made.tuple_as_set);
  set_option(options, "units", {{"optional", UnitRule::kOptional}, {"required", UnitRule::kRequired}}, made.units);
  set_option(options, "angle", {{"radians", AngleUnit::kRadians}, {"degrees", AngleUnit::kDegrees}}, made.angle);
  set_option(options, "tolerance", {{"digits", Tolerance::kDigits}, {"none", Tolerance::kNone}}, made.tolerance);
  return made;
}

/// In the category of extraction an answer is all that a model wrote.
bool has_answer(const json& pair, std::string& answer) {
  answer = pair.at("answer");
  if (!pair.contains("extraction")) {
    return true;
  }
  const bool is_strict = pair.at("extraction") == "strict";
  const Extraction found = extract_answer(answer, is_strict ? ExtractionMode::kStrict : ExtractionMode::kFlexible);
  answer = found.text;
  return found.problem.empty();
}

}  // namespace

TEST_CASE("the suite of exact math is judged as labelled", "[rewards][math][suite]") {
  int wrong = 0;
  std::map<Truth, int> not_equal;
  for (const auto& [category, pair] : suite()) {
    std::string answer;
    const Verdict verdict =
        has_answer(pair, answer) ? compare(pair.at("gold").get<std::string>(), answer, options_of(pair)) : Verdict{};
    const bool is_equal = verdict.truth == Truth::kEqual;
    if (!pair.at("equal").get<bool>()) {
      ++not_equal[verdict.truth];
    }
    if (is_equal != pair.at("equal").get<bool>()) {
      ++wrong;
      UNSCOPED_INFO(pair.at("id").get<std::string>()
                    << ": gold " << pair.at("gold") << ", answer " << pair.at("answer") << ": "
                    << truth_name(verdict.truth) << " by " << rung_name(verdict.rung) << ", " << verdict.gold_form
                    << " against " << verdict.answer_form << ", " << verdict.detail);
    }
  }
  std::cout << "suite: of the pairs that are not equal, " << not_equal[Truth::kDifferent]
            << " are called different and " << not_equal[Truth::kUndecided] << " undecided\n";
  CHECK(wrong == 0);
}

TEST_CASE("the suite of exact math is as large and as negative as was asked for", "[rewards][math][suite]") {
  std::set<std::string> ids;
  std::set<std::string> seen;
  std::size_t negatives = 0;
  const auto lines = suite();
  for (const auto& [category, pair] : lines) {
    CHECK(ids.insert(pair.at("id")).second);
    json key = pair;
    key.erase("id");
    key.erase("why");
    CHECK(seen.insert(key.dump()).second);
    negatives += pair.at("equal").get<bool>() ? 0 : 1;
  }
  CHECK(lines.size() >= 1200);
  CHECK(static_cast<double>(negatives) >= 0.45 * static_cast<double>(lines.size()));
}
