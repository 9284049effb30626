// How right and how fast compare() is over a suite of labelled pairs, on one thread: parsing both sides and deciding.
//   bench_exact_math SUITE [ROUNDS] [CATEGORIES]    SUITE: tests/rewards/exact_math_suite; CATEGORIES: surds,sets
// Prints one JSON line; a pair's time is its fastest of the rounds. The category of extraction is left out.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "rewards/math/compare.h"
#include "tests/rewards/exact_math_suite.h"

using hone::rewards::math::compare;
using hone::rewards::math::Truth;

namespace {

double microseconds_now() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Is the line of one of the categories, all of them where none is named?
bool is_wanted(const exact_math::SuiteLine& line, const std::string& categories) {
  const std::string category = line.id.substr(0, line.id.rfind('-'));
  return line.extraction.empty() &&
         (categories.empty() || ("," + categories + ",").find("," + category + ",") != std::string::npos);
}

double rounded(double value) {
  return std::round(value * 10.0) / 10.0;
}

void measure(const std::vector<exact_math::SuiteLine>& lines, int rounds) {
  std::vector<double> fastest(lines.size(), 1e12);
  std::vector<Truth> truths(lines.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const double begin = microseconds_now();
      truths[i] = compare(lines[i].gold, lines[i].answer, lines[i].options).truth;
      fastest[i] = std::min(fastest[i], microseconds_now() - begin);
    }
  }
  int equal = 0;
  int right = 0;
  int false_equal = 0;
  int undecided = 0;
  double total = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_called_equal = truths[i] == Truth::kEqual;
    equal += lines[i].is_equal ? 1 : 0;
    right += lines[i].is_equal && is_called_equal ? 1 : 0;
    false_equal += !lines[i].is_equal && is_called_equal ? 1 : 0;
    undecided += truths[i] == Truth::kUndecided ? 1 : 0;
    total += fastest[i];
  }
  std::sort(fastest.begin(), fastest.end());
  const auto at = [&](double share) {
    return rounded(
        fastest[std::min(fastest.size() - 1, static_cast<std::size_t>(share * static_cast<double>(fastest.size())))]);
  };
  const nlohmann::ordered_json line = {{"checker", "hone"},
                                       {"pairs", lines.size()},
                                       {"equal", equal},
                                       {"precision", static_cast<double>(right) / std::max(1, right + false_equal)},
                                       {"recall", static_cast<double>(right) / std::max(1, equal)},
                                       {"false_equal", false_equal},
                                       {"missed", equal - right},
                                       {"undecided", undecided},
                                       {"failed", 0},
                                       {"pairs_per_s", std::round(1e6 * static_cast<double>(lines.size()) / total)},
                                       {"p50_us", at(0.50)},
                                       {"p99_us", at(0.99)},
                                       {"max_us", at(1.0)}};
  std::printf("%s\n", line.dump().c_str());
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: bench_exact_math SUITE [ROUNDS] [CATEGORIES]\n", stderr);
    return 2;
  }
  try {
    auto lines = exact_math::read_suite(words[1]);
    const std::string categories = count > 3 ? words[3] : "";
    std::erase_if(lines, [&](const exact_math::SuiteLine& line) { return !is_wanted(line, categories); });
    measure(lines, count > 2 ? std::stoi(words[2]) : 5);
  } catch (const hone::core::Error& error) {
    std::fprintf(stderr, "bench_exact_math: %s\n", error.what());
    return error.exit_code();
  }
  return 0;
}
