#include "tests/rewards/exact_math_suite.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/files.h"

using namespace hone::rewards::math;
using nlohmann::json;

namespace exact_math {
namespace {

template <class Enum>
void set_option(const json& options, const char* name, const std::map<std::string, Enum>& values, Enum& option) {
  if (options.contains(name)) {
    option = values.at(options.at(name).get<std::string>());
  }
}

CompareOptions options_of(const json& options) {
  CompareOptions made;
  set_option(options, "list_order", {{"any", ListOrder::kAny}, {"strict", ListOrder::kStrict}}, made.list_order);
  set_option(options, "percent", {{"either", PercentRule::kEither}, {"value", PercentRule::kValue}}, made.percent);
  set_option(options, "tuple_as_set", {{"strict", TupleAsSet::kStrict}, {"lenient", TupleAsSet::kLenient}},
             made.tuple_as_set);
  set_option(options, "units", {{"optional", UnitRule::kOptional}, {"required", UnitRule::kRequired}}, made.units);
  set_option(options, "angle", {{"radians", AngleUnit::kRadians}, {"degrees", AngleUnit::kDegrees}}, made.angle);
  set_option(options, "tolerance", {{"digits", Tolerance::kDigits}, {"none", Tolerance::kNone}}, made.tolerance);
  return made;
}

}  // namespace

std::vector<SuiteLine> read_suite(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<SuiteLine> lines;
  for (const auto& file : files) {
    std::istringstream text(hone::core::read_file(file));
    for (std::string line; std::getline(text, line);) {
      const json pair = json::parse(line);
      lines.push_back({pair.at("id"), pair.at("gold"), pair.at("answer"), pair.at("equal"),
                       options_of(pair.value("options", json::object())), pair.value("extraction", "")});
    }
  }
  return lines;
}

}  // namespace exact_math
