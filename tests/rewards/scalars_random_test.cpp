#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cmath>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/rewards/scalars_pairs.h"

using namespace hone::rewards::math;

namespace {

// A formula and what the C library makes of it.
struct Formula {
  std::string text;
  double value = 0;
};

class Formulas {
 public:
  explicit Formulas(unsigned seed) : random_(seed) {}

  Formula next(int depth) {
    if (depth == 0) {
      const int number = pick(9) + 1;
      return {std::to_string(number), static_cast<double>(number)};
    }
    const Formula a = next(depth - 1);
    const Formula b = next(pick(depth));
    switch (pick(8)) {
      case 0:
        return {"(" + a.text + "+" + b.text + ")", a.value + b.value};
      case 1:
        return {"(" + a.text + "-" + b.text + ")", a.value - b.value};
      case 2:
        return {"(" + a.text + ")\\cdot(" + b.text + ")", a.value * b.value};
      case 3:
        return {"\\frac{" + a.text + "}{" + b.text + "}", a.value / b.value};
      case 4:
        return {"\\sqrt{|" + a.text + "|}", std::sqrt(std::abs(a.value))};
      case 5:
        return {"\\ln(1+|" + a.text + "|)", std::log(1 + std::abs(a.value))};
      case 6:
        return {"\\cos(" + a.text + ")", std::cos(a.value)};
      default:
        return {"\\sqrt[3]{" + a.text + "}", std::cbrt(a.value)};
    }
  }
  int pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

 private:
  std::mt19937 random_;
};

struct Row {
  std::string gold;
  std::string answer;
  bool is_equal = false;
};

std::vector<Row> fixture() {
  std::ifstream file("tests/fixtures/exact_math/scalars.tsv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t');
    const std::size_t second = line.rfind('\t');
    rows.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1) == "1"});
  }
  return rows;
}

}  // namespace

TEST_CASE("sympy's transformations keep a formula's value and mutations change it", "[rewards][scalars]") {
  const std::vector<Row> rows = fixture();
  REQUIRE(rows.size() == 400);
  for (const Row& row : rows) {
    CAPTURE(row.gold, row.answer);
    CHECK(decide(row.gold, row.answer).truth == (row.is_equal ? Truth::kEqual : Truth::kDifferent));
  }
}

TEST_CASE("random constants equal only what the C library finds near", "[rewards][scalars]") {
  Formulas formulas(5);
  int comparisons = 0;
  for (int i = 0; i < 3000; ++i) {
    const Formula left = formulas.next(1 + formulas.pick(4));
    const Formula right = formulas.next(1 + formulas.pick(4));
    if (!std::isfinite(left.value) || !std::isfinite(right.value) || std::abs(left.value) > 1e6) continue;
    CAPTURE(left.text, right.text, left.value, right.value);
    const double gap = std::abs(left.value - right.value) / (1 + std::abs(left.value));
    const Truth truth = decide(left.text, right.text).truth;
    // The C library's own error, in chains that cancel, leaves a band that says nothing.
    if (gap > 1e-4) {
      CHECK(truth != Truth::kEqual);
      ++comparisons;
    }
    if (gap < 1e-9) CHECK(truth != Truth::kDifferent);
    CHECK(decide(left.text, "(" + left.text + ")+0").truth != Truth::kDifferent);
    CHECK(decide(left.text, left.text + "+10^{-30}").truth != Truth::kEqual);
  }
  CHECK(comparisons > 1500);
}

TEST_CASE("scalars are compared by several threads at once", "[rewards][scalars][threads]") {
  const std::vector<Row> rows = fixture();
  std::vector<std::jthread> threads;
  std::vector<int> mistakes(4);
  for (std::size_t thread = 0; thread < mistakes.size(); ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = thread * 50; i < thread * 50 + 100; ++i) {
        const Row& row = rows[i];
        mistakes[thread] += decide(row.gold, row.answer).truth != (row.is_equal ? Truth::kEqual : Truth::kDifferent);
      }
    });
  }
  threads.clear();
  CHECK(mistakes == std::vector<int>(4, 0));
}

TEST_CASE("no scalar takes long, however large it would become", "[rewards][scalars][hostile]") {
  const char* const kFormulas[] = {
      "9^{9^{9^{9^9}}}",
      "1000000!",
      "((10!)!)!",
      "(10^{10})!",
      "\\binom{1000000}{500000}",
      "2^{262144}3^{100000}5^{100000}",
      "\\frac{10^{50000}+1}{3^{50000}}",
      "(1+\\sqrt2)^{1000000}",
      "(\\sqrt2+\\sqrt3)^{5000}(\\sqrt3-\\sqrt2)^{5000}",
      "\\sqrt[1000]{2}+\\sqrt[999]{3}",
      "\\cos(\\pi/1009)+\\cos(\\pi/1013)",
      "\\sqrt2+\\sqrt3+\\sqrt5+\\sqrt7+\\sqrt{11}+\\sqrt{13}+\\sqrt{17}+\\sqrt{19}+\\sqrt{23}+\\sqrt{29}",
      "e^{e^{e^{1000}}}",
      "e^{-e^{100}}",
      "\\sin(10^{1000})",
      "\\ln(10^{100000})",
      "\\arctan(10^{-1000})",
      "(1+x)^{100000}",
      "(((((x+1)^{20}+1)^{20}+1)^{20}+1)^{20}+1)^{20}",
      "x^{x^{x^{x^x}}}",
      "(n!)!",
      "\\sin(\\sin(\\sin(\\sin(\\sin x))))",
      "\\lfloor 10^{4000}\\pi \\rfloor",
      "\\gcd(10^{50000}+1, 3^{50000})",
  };
  for (const char* left : kFormulas) {
    for (const char* right : kFormulas) {
      CAPTURE(left, right);
      const auto start = std::chrono::steady_clock::now();
      const Truth truth = decide(left, right).truth;
      const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
      if (left != right) CHECK(truth != Truth::kEqual);
      CHECK(time.count() < 1000);  // 50 where the machine is idle and nothing is sanitized
    }
  }
}
