#include <catch2/catch_test_macros.hpp>

#include "tests/rewards/scalars_pairs.h"

using namespace hone::rewards::math;

namespace {

struct Pair {
  const char* left;
  const char* right;
};

template <std::size_t kCount>
void check_all(const Pair (&pairs)[kCount], Truth truth) {
  for (const auto& [left, right] : pairs) {
    CAPTURE(left, right);
    CHECK(decide(left, right).truth == truth);
    CHECK(decide(right, left).truth == truth);
  }
}

}  // namespace

TEST_CASE("rational numbers are compared exactly, whatever their spelling and size", "[rewards][scalars]") {
  check_all({{"1/2", "0.5"},
             {"0.\\overline{3}", "1/3"},
             {"0.1\\overline{6}", "1/6"},
             {"2\\frac13", "7/3"},
             {"1011_2", "11"},
             {"2000!/1999!", "2000"},
             {"1000000!/999999!", "1000000"},
             {"\\frac{1}{2023!}", "\\frac{2024}{2024!}"},
             {"\\frac{1}{1000000!}", "\\frac{1}{1000000\\cdot 999999!}"},
             {"\\binom{10}{3}", "120"},
             {"\\gcd(12,18)", "6"},
             {"\\lfloor -7/2 \\rfloor", "-4"},
             {"\\lceil 7/2 \\rceil", "4"},
             {"2^{1000000}", "4^{500000}"},
             {"\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "-2"}},
            Truth::kEqual);
  check_all({{"\\frac{1}{2004!}", "\\frac{1}{2006!}"},
             {"2^{-99}", "2^{-98}"},
             {"1000000!", "1000001!"},
             {"2^{1000000}", "4^{500001}"},
             {"10^{-7}", "3\\cdot10^{-7}"},
             {"10^{5000}+1", "10^{5000}"},
             {"9^{9^{9}}", "9^{9^{9}}+1"},
             {"9^{9^{9^{9}}}", "9^{9^{9^{8}}}"},
             {"e^{7^{100}}", "e^{7^{101}}"},
             {"\\frac{10^{50000}+1}{3^{50000}}", "\\frac{10^{50000}}{3^{50000}}"}},
            Truth::kDifferent);
}

TEST_CASE("algebraic numbers are equal or different by proof", "[rewards][scalars]") {
  check_all({{"2\\sqrt{3}", "\\sqrt{12}"},
             {"\\frac{\\sqrt2}{2}", "\\frac{1}{\\sqrt2}"},
             {"\\frac{1}{1+\\sqrt2}", "\\sqrt2-1"},
             {"\\sqrt{5+2\\sqrt6}", "\\sqrt2+\\sqrt3"},
             {"\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}", "1"},
             {"\\sqrt[3]{\\sqrt[3]{2}-1}", "\\sqrt[3]{1/9}-\\sqrt[3]{2/9}+\\sqrt[3]{4/9}"},
             {"\\frac{1}{\\sqrt2+\\sqrt3+\\sqrt5}", "\\frac{2\\sqrt3+3\\sqrt2-\\sqrt{30}}{12}"},
             {"(\\sqrt2+\\sqrt3)^{500}(\\sqrt3-\\sqrt2)^{500}", "1"},
             {"\\cos(\\pi/5)", "\\frac{1+\\sqrt5}{4}"},
             {"\\cos(\\pi/7)-\\cos(2\\pi/7)+\\cos(3\\pi/7)", "1/2"},
             {"\\tan(\\pi/8)", "\\sqrt2-1"},
             {"\\sin 18^\\circ", "\\frac{\\sqrt5-1}{4}"},
             {"\\cos 20^\\circ\\cos 40^\\circ\\cos 80^\\circ", "1/8"},
             {"\\sqrt[3]{-\\sqrt{22}(\\sqrt{21}+6\\sqrt{29}+6)}", "\\sqrt[3]{-6\\sqrt{638}-\\sqrt{462}-6\\sqrt{22}}"},
             {"\\sqrt[3]{-8}", "-2"},
             {"(-8)^{1/3}", "-2"},
             {"(-8)^{2/3}", "4"},
             {"\\lfloor (\\sqrt2+\\sqrt3)^2-2\\sqrt6 \\rfloor", "5"}},
            Truth::kEqual);
  check_all({{"\\sqrt2+\\sqrt3", "\\sqrt5"},
             {"\\cos(\\pi/7)", "\\frac{1+\\sqrt5}{4}"},
             {"\\sqrt{16+\\sqrt{63}}", "\\frac{\\sqrt{18}+\\sqrt{14}}{2}"},
             {"\\sqrt2", "1.41421356237309504880168872420969807856967187537694"},
             // Graham's near miss of two sums of square roots, apart by 1e-37 or less.
             {"\\sqrt{1000001}+\\sqrt{1000025}+\\sqrt{1000031}+\\sqrt{1000084}+\\sqrt{1000087}+\\sqrt{1000134}+"
              "\\sqrt{1000158}+\\sqrt{1000182}+\\sqrt{1000198}",
              "\\sqrt{1000002}+\\sqrt{1000018}+\\sqrt{1000042}+\\sqrt{1000066}+\\sqrt{1000113}+\\sqrt{1000116}+"
              "\\sqrt{1000169}+\\sqrt{1000175}+\\sqrt{1000199}"}},
            Truth::kDifferent);
}

TEST_CASE("complex numbers are compared by value", "[rewards][scalars]") {
  check_all({{"e^{i\\pi}", "-1"},
             {"\\sqrt{-4}", "2i"},
             {"(1+i)^2", "2i"},
             {"\\frac{1}{1+i}", "\\frac{1-i}{2}"},
             {"|3+4i|", "5"},
             {"e^{i\\pi/3}", "\\frac12+\\frac{\\sqrt3}{2}i"},
             {"\\cos\\frac{\\pi}{7}+i\\sin\\frac{\\pi}{7}", "e^{i\\pi/7}"},
             {"2e^{i\\pi/4}", "\\sqrt2+\\sqrt2 i"},
             {"i^i", "e^{-\\pi/2}"},
             {"\\arg(1+i)", "\\pi/4"}},
            Truth::kEqual);
  check_all({{"1+i", "1-i"}, {"e^{i\\pi/3}", "e^{-i\\pi/3}"}, {"3i", "3"}}, Truth::kDifferent);
}

TEST_CASE("constants of e, pi, logarithms and angles are proved equal", "[rewards][scalars]") {
  check_all({{"\\log_2 8", "3"},
             {"\\log_4 8", "3/2"},
             {"\\ln(e^2)", "2"},
             {"2\\ln 2", "\\ln 4"},
             {"e^{\\ln 3}", "3"},
             {"2^{\\log_2 3}", "3"},
             {"\\log_3 2\\cdot\\log_2 3", "1"},
             {"\\log_6 2+\\log_6 3", "1"},
             {"\\frac{e^2-1}{e+1}", "e-1"},
             {"\\frac{e^{2\\pi}-1}{e^{\\pi}+1}", "e^\\pi-1"},
             {"e^{\\sqrt{19+2\\sqrt{90}}}", "e^{3+\\sqrt{10}}"},
             {"1+\\sin\\sqrt{3+2\\sqrt2}", "\\sin(1+\\sqrt2)+1"},
             {"(\\pi+1)^2", "\\pi^2+2\\pi+1"},
             {"\\sqrt{\\pi^2+2\\pi+1}", "\\pi+1"},
             {"\\sqrt{2\\pi}", "\\sqrt2\\sqrt\\pi"},
             {"4\\arctan(1/5)-\\arctan(1/239)", "\\pi/4"},
             {"176\\arctan(1/57)+28\\arctan(1/239)-48\\arctan(1/682)+96\\arctan(1/12943)", "\\pi"},
             {"\\arctan 1+\\arctan 2+\\arctan 3", "\\pi"},
             {"\\arcsin(3/5)+\\arcsin(4/5)", "\\pi/2"},
             {"2\\arcsin(1/3)", "\\arccos(7/9)"},
             {"\\arcsin(1/2)", "\\pi/6"},
             {"\\sin(\\arctan(3/4))", "3/5"},
             {"\\tan(\\arcsin(1/4))", "\\frac{1}{\\sqrt{15}}"},
             {"\\sin^2(1)+\\cos^2(1)", "1"},
             {"\\sin 2", "2\\sin 1\\cos 1"},
             {"\\sin(\\pi/3+1)", "\\frac{\\sqrt3}{2}\\cos 1+\\frac12\\sin 1"},
             {"\\cosh(\\ln 2)", "5/4"},
             {"\\ln(1+\\sqrt2)+\\ln(\\sqrt2-1)", "0"},
             {"\\ln(7+4\\sqrt3)", "2\\ln(2+\\sqrt3)"},
             {"\\sqrt{2}^{\\sqrt2}", "2^{\\frac{\\sqrt2}{2}}"}},
            Truth::kEqual);
  check_all({{"1-1/e", "1+1/e"},
             {"\\pi", "3.14159"},
             {"\\pi", "22/7"},
             {"\\sin 10^{1000}", "\\sin(10^{1000}+1)"},
             {"e^\\pi", "\\pi^e"},
             // Equal to twelve decimals.
             {"e^{\\pi\\sqrt{163}}", "262537412640768744"},
             // e^{2π} is real: it must not be taken for the root of unity e^{2πi}.
             {"e^{2\\pi}", "1"},
             {"\\ln 3-\\ln 2", "\\ln 1.6"},
             {"\\arctan 1+\\arctan 2+\\arctan 3", "2\\pi"},
             {"\\pi+10^{-100}", "\\pi"}},
            Truth::kDifferent);
}

TEST_CASE("functions are equal where both are defined over the reals", "[rewards][scalars]") {
  check_all({{"(x+1)^2", "x^2+2x+1"},
             {"\\frac{x^2}{x}", "x"},
             {"\\frac{x^2-1}{x-1}", "x+1"},
             {"\\sqrt{x^2}", "|x|"},
             {"\\sqrt{1/n}", "1/\\sqrt n"},
             {"\\sqrt[3]{x^3}", "x"},
             {"\\sqrt{x}\\sqrt{y}", "\\sqrt{xy}"},
             {"\\frac{1}{\\sqrt{x+1}+\\sqrt{x}}", "\\sqrt{x+1}-\\sqrt{x}"},
             {"\\sin^2 x+\\cos^2 x", "1"},
             {"\\sin 2x", "2\\sin x\\cos x"},
             {"\\ln(xy)", "\\ln x+\\ln y"},
             {"e^{ix}", "\\cos x+i\\sin x"},
             {"x^{n+1}", "x\\cdot x^n"},
             {"4^n\\cdot 2", "2^{2n+1}"},
             {"(-1)^n", "\\cos(\\pi n)"},
             {"(-1)^{2n}", "1"},
             {"(e^x+e^{-x})^2-(e^x-e^{-x})^2", "4"},
             {"(2^n+1)^2", "4^n+2^{n+1}+1"},
             {"\\frac{(n+1)!}{n!}", "n+1"},
             {"\\binom{n}{2}", "\\frac{n(n-1)}{2}"},
             {"\\binom{2n}{n}", "\\frac{(2n)!}{(n!)^2}"},
             {"f((x+1)^2)", "f(x^2+2x+1)"},
             {"|x-1|", "|1-x|"},
             {"(x+\\sqrt2)(x-\\sqrt2)", "x^2-2"},
             {"(1+x)^{100000}", "(x+1)^{100000}"}},
            Truth::kEqual);
  check_all({{"(x+1)^2", "x^2+2x+2"},
             {"\\sqrt{x^2}", "x"},
             {"x", "X"},
             {"x", "y"},
             {"\\cos^2 x+\\sin^2 x", "1-10^{-300}"},
             {"\\cos^2 x+\\sin^2 x", "1+e^{-500}"},
             {"f(x)", "g(x)"},
             {"f(x)", "f(y)"},
             {"f(x)", "|f(x)|"},
             {"\\ln x", "\\ln(-x)"},
             {"\\sin x+10^{-60}", "\\sin x"},
             {"x+10^{-60}", "x"},
             {"(1+x)^{100000}", "(1+x)^{100001}"},
             {"(-1)^n", "1"},
             {"2^n", "n^2"},
             {"(e^x+e^{-x})^2", "e^{2x}+e^{-2x}+1"}},
            Truth::kDifferent);
}

TEST_CASE("agreement at points is no evidence beside constants that no precision shows", "[rewards][scalars]") {
  check_all({{"\\cos^2 x+\\sin^2 x", "1-\\frac{1}{2024!}"},
             {"\\cos^2 x+\\sin^2 x", "\\frac{2024!-1}{2024!}"},
             {"\\cos^2 x+\\sin^2 x", "1+e^{-5000}"}},
            Truth::kUndecided);
}

TEST_CASE("infinity is a value, and what has none is undecided", "[rewards][scalars]") {
  check_all({{"\\infty", "\\infty"}, {"-\\infty", "-2\\cdot\\infty"}}, Truth::kEqual);
  check_all({{"\\infty", "-\\infty"}, {"\\infty", "10^{100}"}, {"\\infty", "x"}}, Truth::kDifferent);
  check_all({{"1/0", "1/0"}, {"0^0", "1"}, {"\\ln 0", "-\\infty"}, {"\\frac{1}{\\infty}", "0"}, {"\\tan(\\pi/2)", "1"}},
            Truth::kUndecided);
}

TEST_CASE("a decision names its rung", "[rewards][scalars]") {
  CHECK(decide("1/2", "0.5").rung == Rung::kRational);
  CHECK(decide("(x+1)^2", "x^2+2x+1").rung == Rung::kPolynomial);
  CHECK(decide("\\sqrt{3+2\\sqrt2}", "1+\\sqrt2").rung == Rung::kAlgebraic);
  CHECK(decide("\\sin 2", "2\\sin 1\\cos 1").rung == Rung::kElementary);
  CHECK(decide("\\sin 2x", "2\\sin x\\cos x").rung == Rung::kBalls);
  CHECK(decide("1/0", "1").rung == Rung::kNone);
}

TEST_CASE("real constants have an order", "[rewards][scalars]") {
  CHECK(order_of("1/3", "0.333") == Order::kGreater);
  CHECK(order_of("\\sqrt2", "3/2") == Order::kLess);
  CHECK(order_of("\\sqrt{12}", "2\\sqrt3") == Order::kEqual);
  CHECK(order_of("\\sqrt{5+2\\sqrt6}", "\\sqrt2+\\sqrt3") == Order::kEqual);
  CHECK(order_of("\\sin 2", "2\\sin 1\\cos 1") == Order::kEqual);
  CHECK(order_of("-\\infty", "-10^{100}") == Order::kLess);
  CHECK(order_of("\\infty", "\\pi") == Order::kGreater);
  CHECK(order_of("5", "\\infty") == Order::kLess);
  CHECK(order_of("\\infty", "\\infty") == Order::kEqual);
  CHECK(order_of("-\\infty", "\\infty") == Order::kLess);
  CHECK(order_of("i", "1") == Order::kUnknown);
  CHECK(order_of("x", "1") == Order::kUnknown);
}
