// A hundred thousand pairs that are equal by construction and as many that are different: no false equal at all, at
// most one in a thousand falsely different. Undecided is counted apart.
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <iostream>
#include <map>
#include <string>

#include "rewards/math/compare.h"
#include "tests/rewards/exact_math_spelling.h"

using namespace exact_math;
using hone::rewards::math::compare;
using hone::rewards::math::Truth;
using hone::rewards::math::truth_name;

namespace {

constexpr int kPairs = 100000;
constexpr int kShown = 3;  // of each family's failures

struct Tally {
  std::map<Truth, int> counts;
  std::map<std::string_view, std::map<Truth, int>> failures;  // by family
  int trivial = 0;                                            // pairs of one spelling
  double seconds = 0.0;
};

Tally judge(Wanted wanted) {
  const auto families = all_families();
  const Truth right = wanted == Wanted::kEqual ? Truth::kEqual : Truth::kDifferent;
  Tally tally;
  for (int i = 0; i < kPairs; ++i) {
    const Family& family = families[static_cast<std::size_t>(i) % families.size()];
    RandomStream random(2026, family.name, wanted == Wanted::kEqual ? 0 : 1, static_cast<std::uint64_t>(i));
    const Pair bare = family.make(wanted, random);
    const Pair pair{wrapped(bare.gold, random), wrapped(bare.answer, random)};
    tally.trivial += bare.gold == bare.answer ? 1 : 0;
    const auto start = std::chrono::steady_clock::now();
    const auto verdict = compare(pair.gold, pair.answer);
    tally.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ++tally.counts[verdict.truth];
    if (verdict.truth != right && ++tally.failures[family.name][verdict.truth] <= kShown) {
      std::cout << "  " << family.name << ", " << truth_name(right) << " called " << truth_name(verdict.truth) << ": "
                << pair.gold << "   |   " << pair.answer << "   (" << verdict.gold_form << " | " << verdict.answer_form
                << ")\n";
    }
  }
  std::cout << kPairs << " generated pairs, " << truth_name(right)
            << " by construction: " << tally.counts[Truth::kEqual] << " equal, " << tally.counts[Truth::kDifferent]
            << " different, " << tally.counts[Truth::kUndecided] << " undecided; " << tally.trivial
            << " spelled alike; " << 1e6 * tally.seconds / kPairs << " us a pair\n";
  for (const auto& [family, counts] : tally.failures) {
    for (const auto& [truth, count] : counts) {
      std::cout << "  " << family << ": " << count << " called " << truth_name(truth) << "\n";
    }
  }
  return tally;
}

}  // namespace

TEST_CASE("pairs that are equal by construction are called equal", "[rewards][math][generated]") {
  Tally tally = judge(Wanted::kEqual);
  CHECK(tally.counts[Truth::kDifferent] <= kPairs / 1000);
  CHECK(tally.counts[Truth::kUndecided] <= kPairs / 1000);
  CHECK(tally.trivial <= kPairs / 20);
}

TEST_CASE("pairs that are different by mutation are never called equal", "[rewards][math][generated]") {
  Tally tally = judge(Wanted::kDifferent);
  CHECK(tally.counts[Truth::kEqual] == 0);
  CHECK(tally.counts[Truth::kUndecided] <= kPairs / 1000);
}
