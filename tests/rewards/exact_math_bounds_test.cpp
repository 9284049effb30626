#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "rewards/math/compare.h"

using namespace hone::rewards::math;

namespace {

std::string repeat(const std::string& what, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) {
    text += what;
  }
  return text;
}

/// "a_0, a_1, …": members that differ, in a list of any order.
std::string members(const std::string& before, std::size_t count, bool reversed, const std::string& between = ", ") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? "" : between) + before + std::to_string(reversed ? count - i : i + 1);
  }
  return text;
}

/// Sets of three sets of three, the last one's members apart.
std::string nested_sets(int depth, bool reversed) {
  if (depth == 0) {
    return reversed ? "x+2" : "2+x";
  }
  const std::string inner = nested_sets(depth - 1, reversed);
  const std::string other = inner.substr(0, inner.size() - 2) + (reversed ? ",7\\}" : ",8\\}");
  const std::string last = depth == 1 ? "5" : other;
  return reversed ? "\\{" + inner + "," + last + "\\}" : "\\{" + last + "," + inner + "\\}";
}

struct HostilePair {
  std::string name;
  std::string gold;
  std::string answer;
};

std::vector<HostilePair> hostile_pairs() {
  return {
      {"factorials", "1000000!", "1000001!"},
      {"a tower", "9^{9^{9}}", "9^{9^{9}}+1"},
      {"nested braces", repeat("{", 10000) + "1" + repeat("}", 10000), "1"},
      {"nested braces within the input's cap", repeat("{", 2000) + "1" + repeat("}", 2000), "1"},
      {"nested roots", repeat("\\sqrt{", 60) + "2" + repeat("}", 60), repeat("\\sqrt{", 59) + "2" + repeat("}", 59)},
      {"nested roots with sums", repeat("\\sqrt{2+", 60) + "2" + repeat("}", 60),
       repeat("\\sqrt{2+", 60) + "3" + repeat("}", 60)},
      {"nested fractions", repeat("\\frac{1}{1+", 60) + "x" + repeat("}", 60),
       repeat("\\frac{1}{1+", 60) + "y" + repeat("}", 60)},
      {"a chain of quotients", "1" + repeat("/2", 1900), "1" + repeat("/2", 1899) + "/3"},
      {"a chain of powers", "2" + repeat("^2", 50), "2" + repeat("^2", 51)},
      {"a chain of percent signs", "1" + repeat("%", 1900), "1" + repeat("%", 1901)},
      {"a chain of relations", "1" + repeat("<x", 900), "1" + repeat("<x", 899) + "<y"},
      {"a chain of equalities", "x" + repeat("=1+1", 700), "2"},
      {"a list in another order", members("", 700, false), members("", 700, true)},
      {"a set in another order", "\\{" + members("\\sqrt", 60, false) + "\\}",
       "\\{" + members("\\sqrt", 60, true) + "\\}"},
      {"a set of sums of roots", "\\{" + members("\\sqrt{2}+\\sqrt{3}+\\sqrt", 60, false) + "\\}",
       "\\{" + members("\\sqrt{3}+\\sqrt{2}+\\sqrt", 60, true) + "\\}"},
      {"a set of plus and minus", "\\{" + members("\\pm\\pm\\pm ", 60, false) + "\\}",
       "\\{" + members("\\pm\\pm\\pm ", 60, true) + "\\}"},
      {"a list of lists", members("(1,2,3,4,5,6,7,8)", 60, false), members("(1,2,3,4,5,6,7,9)", 60, true)},
      {"equations in many variables", members("x_", 400, false, "+") + "=0", members("x_", 400, true, "+") + "=1"},
      {"a list of equations", members("\\sqrt{x+y}=z+", 60, false), members("\\sqrt{y+x}=2+z+", 60, true)},
      {"denominators in an equation",
       members("\\frac{1}{x}+\\frac{1}{x+1}=", 1, false) + members("\\frac{1}{x+", 60, false, "}+") + "}",
       members("\\frac{1}{x+", 60, true, "}+") + "}=1"},
      {"a union of intervals", members("(0,", 60, false, ")\\cup") + ")", members("[0,", 60, true, "]\\cup") + "]"},
      {"a union of intervals of roots", members("(\\sqrt", 60, false, ",7)\\cup") + ",7)",
       members("(\\sqrt", 60, true, ",7)\\cup") + ",7)"},
      {"an intersection of unions", repeat("x\\ne1 \\text{ and } ", 60) + "x\\ne2",
       repeat("x\\ne2 \\text{ and } ", 60) + "x\\ne1"},
      {"a large matrix", "\\begin{pmatrix}" + members("", 500, false, "&") + "\\end{pmatrix}",
       "\\frac12\\begin{pmatrix}" + members("", 500, true, "&") + "\\end{pmatrix}"},
      {"units without end", "5 " + repeat("cm ", 800), "5 " + repeat("m ", 800)},
      {"quantities in a row", repeat("1 m ", 600), repeat("1 cm ", 600)},
      {"a unit's power", "5 \\text{ cm}^9", "5 \\text{ mile}^9"},
      {"readings without end", repeat("1/2(3)\\log x", 200), repeat("1/2(3)\\log y", 200)},
      {"commas between digits", members("", 900, false, ","), members("", 900, true, ",")},
      {"bars", repeat("|", 1000) + "x" + repeat("|", 1000), repeat("|x", 1000)},
      {"symbolic powers", "(1+x)^{100000}", "(1+x)^{100001}"},
      {"a polynomial of large degree", repeat("(x+1)", 600), repeat("(x+1)", 601)},
      {"huge sine", "\\sin(10^{1000})", "\\sin(10^{1000}+1)"},
      {"an exponential of an exponential", "e^{e^{e^{10}}}", "e^{e^{e^{11}}}"},
      {"a decimal of many digits", "0." + std::string(4000, '3'), "\\frac{1}{3}"},
      {"a recurring decimal of many digits", "0.\\overline{" + std::string(3900, '7') + "}", "\\frac{7}{9}"},
      {"a list of equations of many readings", members("\\log x=1/a(3)+y+", 60, false),
       members("\\log x=1/a(3)+y+", 60, true)},
      {"sets in sets", nested_sets(5, false), nested_sets(5, true)},
      {"sets in sets in sets", nested_sets(8, false), nested_sets(8, true)},
      {"ratios", members("", 700, false, ":"), members("", 700, true, ":")},
  };
}

}  // namespace

TEST_CASE("no pair, however hostile, takes 50 ms, and none is refused without a reason", "[rewards][hostile]") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr double kLimitS = 2.0;
#else
  constexpr double kLimitS = 0.05;
#endif
  for (const HostilePair& pair : hostile_pairs()) {
    CAPTURE(pair.name);
    double best_s = 1e9;  // the best of three
    for (int i = 0; i < 3; ++i) {
      const std::clock_t start = std::clock();  // of the processor
      const Verdict verdict = compare(pair.gold, pair.answer);
      best_s = std::min(best_s, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
      CHECK((verdict.truth == Truth::kEqual || !verdict.detail.empty()));
    }
    CHECK(best_s < kLimitS);
    if (best_s > 0.005) WARN(pair.name << ": " << best_s * 1e3);
  }
}
