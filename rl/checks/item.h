#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace hone::rl {

enum class CheckStatus { kOk, kWarning, kFailed };
[[nodiscard]] std::string_view status_name(CheckStatus status);

/// Who mends what failed: the user (exit 2), or hone (exit 1).
enum class Fault { kUser, kHone };

/// One thing that was looked at.
struct CheckItem {
  std::string name;
  CheckStatus status = CheckStatus::kOk;
  Fault fault = Fault::kUser;                                         // of a failure
  std::vector<std::string> problems;                                  // warnings and failures, a sentence each
  std::vector<std::string> lines;                                     // what was found, for people
  nlohmann::ordered_json figures = nlohmann::ordered_json::object();  // the same, for programs

  void say(std::string line) { lines.push_back(std::move(line)); }
  void warn(std::string problem);
  void fail(Fault whose, std::string problem);
};

/// The item that `look` fills. What it throws of hone's errors fails the item.
[[nodiscard]] CheckItem look_at(std::string name, const std::function<void(CheckItem&)>& look);

}  // namespace hone::rl
