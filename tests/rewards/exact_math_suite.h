#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rewards/math/compare.h"

namespace exact_math {

/// A line of tests/rewards/exact_math_suite: two texts, and whether they are equal under the options.
struct SuiteLine {
  std::string id;
  std::string gold;
  std::string answer;
  bool is_equal = false;
  hone::rewards::math::CompareOptions options;
  std::string extraction;  // "strict" or "flexible" where the answer is all that a model wrote; else empty
};

/// Every line of every file of the folder, in the order of their names. Throws what a broken line makes the parser
/// throw.
[[nodiscard]] std::vector<SuiteLine> read_suite(const std::string& folder);

}  // namespace exact_math
