// Every line of tests/rewards/exact_math_suite/*.jsonl, whose labels were made by hand and checked against SymPy by
// tests/fixtures/exact_math/check_suite.py.
#include "tests/rewards/exact_math_suite.h"

#include <catch2/catch_test_macros.hpp>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "rewards/extraction.h"
#include "rewards/math/compare.h"

using namespace hone::rewards;
using namespace hone::rewards::math;

namespace {

constexpr const char* kFolder = "tests/rewards/exact_math_suite";

Verdict judge(const exact_math::SuiteLine& line) {
  if (line.extraction.empty()) {
    return compare(line.gold, line.answer, line.options);
  }
  const auto mode = line.extraction == "strict" ? ExtractionMode::kStrict : ExtractionMode::kFlexible;
  const Extraction found = extract_answer(line.answer, mode);
  return found.problem.empty() ? compare(line.gold, found.text, line.options) : Verdict{};
}

}  // namespace

TEST_CASE("the suite of exact math is judged as labelled", "[rewards][math][suite]") {
  std::map<Truth, int> not_equal;
  for (const auto& line : exact_math::read_suite(kFolder)) {
    const Verdict verdict = judge(line);
    not_equal[verdict.truth] += line.is_equal ? 0 : 1;
    if ((verdict.truth == Truth::kEqual) != line.is_equal) {
      FAIL_CHECK(line.id << ": gold " << line.gold << ", answer " << line.answer << ": labelled "
                         << (line.is_equal ? "equal" : "not equal") << ", called " << truth_name(verdict.truth)
                         << "; read as " << verdict.gold_form << " and " << verdict.answer_form << "; "
                         << rung_name(verdict.rung) << "; " << verdict.detail);
    }
  }
  std::cout << "suite: of the pairs that are not equal, " << not_equal[Truth::kDifferent]
            << " are called different and " << not_equal[Truth::kUndecided] << " undecided\n";
}

TEST_CASE("the suite of exact math is as large and as negative as was asked for", "[rewards][math][suite]") {
  std::set<std::string> ids;
  std::size_t negatives = 0;
  const auto lines = exact_math::read_suite(kFolder);
  for (const auto& line : lines) {
    CHECK(ids.insert(line.id).second);
    negatives += line.is_equal ? 0 : 1;
  }
  CHECK(lines.size() >= 1200);
  CHECK(static_cast<double>(negatives) >= 0.45 * static_cast<double>(lines.size()));
}
