#include "rewards/math/reading.h"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "rewards/math/explain.h"
#include "rewards/math/printer.h"

using namespace hone::rewards::math;

namespace {

using Forms = std::vector<std::string>;

Forms forms_of(const std::string& text) {
  Forms forms;
  for (const Reading& reading : read(text).list) {
    forms.push_back(to_text(reading.expression));
  }
  return forms;
}

struct Spelling {
  const char* text;
  const char* form;
};

}  // namespace

TEST_CASE("a spelling is read as the tree that a person sees in it", "[rewards][math][reading]") {
  for (const auto& [text, form] : {
           Spelling{"1{,}234", "1234"},
           Spelling{"1.234,5", "1234.5"},
           Spelling{"0.1\\overline{6}", "0.1(6)"},
           Spelling{"0.333...", "0.33(3)"},
           Spelling{"1e-7", "1*(10^(-7))"},
           Spelling{"\\frac1{72}", "1/72"},
           Spelling{"-2\\frac13", "-(2 (1/3))"},
           Spelling{"2\xC2\xBD", "2 (1/2)"},
           Spelling{"\xE2\x88\x9A(1/n)", "root(1/n, 2)"},
           Spelling{"x\xC2\xB2+1", "(x^2) + 1"},
           Spelling{"4\\sqrt(2)", "4*root(2, 2)"},
           Spelling{"1/2x", "(1/2)*x"},
           Spelling{"2^3^2", "2^(3^2)"},
           Spelling{"-x^2", "-(x^2)"},
           Spelling{"\\sin^2 x", "sin(x)^2"},
           Spelling{"\\sin^{-1} x", "arcsin(x)"},
           Spelling{"xsinx", "x*sin(x)"},
           Spelling{"\\sin 30^\\circ", "sin(30*(pi/180))"},
           Spelling{"||x|-1|", "abs(abs(x) + (-1))"},
           Spelling{"{}_nC_k", "binomial(n, k)"},
           Spelling{"]1,2[", "interval (1, 2)"},
           Spelling{"\\{x \\mid x>0\\}", "x > 0"},
           Spelling{"\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "det(matrix [1, 2; 3, 4])"},
           Spelling{"1<x\\le5", "1 < x and x <= 5"},
           Spelling{"$x=1$ or $x=2$", "x = 1, x = 2"},
           Spelling{"3:30 p.m.", "(3:30) [pm]"},
           Spelling{"2F_{16}", "2F_16"},
           Spelling{"$5 million", "(5*1000000) [dollar]"},
           Spelling{"9.8\\text{ m/s}^2", "9.8 [m / s ^2]"},
           Spelling{"\\text{not  entailed}", "\"not entailed\""},
       }) {
    CAPTURE(text);
    const Forms forms = forms_of(text);
    REQUIRE_FALSE(forms.empty());
    CHECK(forms.front() == form);
  }
}

TEST_CASE("a spelling that is not plain has each of its readings", "[rewards][math][reading]") {
  CHECK(forms_of("3,14") == Forms{"3, 14", "3.14"});
  CHECK(forms_of("(1,234)") == Forms{"(1, 234)", "1234"});
  CHECK(forms_of("1/2(3)") == Forms{"(1/2)*3", "1/(2*3)"});
  CHECK(forms_of("\\log x") == Forms{"log(x)", "log(x, 10)"});
  CHECK(forms_of("10m") == Forms{"10*m", "10 [m]"});
  CHECK(forms_of("1/2x").size() == 1);
}

TEST_CASE("what cannot be read says why", "[rewards][math][reading]") {
  CHECK(read("").problem == ReadProblem::kEmpty);
  CHECK(read("$$").problem == ReadProblem::kEmpty);
  CHECK(read("7+").problem == ReadProblem::kUnreadable);
  CHECK(read("\xFF").problem == ReadProblem::kUnreadable);
  CHECK(read("\\notacommand{7}").problem == ReadProblem::kUnreadable);
  CHECK(read(std::string(5000, '7')).problem == ReadProblem::kTooLarge);
  CHECK(read(std::string(100, '(') + "7" + std::string(100, ')')).problem == ReadProblem::kTooLarge);
}

TEST_CASE("an account of a pair names its readings, the rung and the verdict", "[rewards][math][explain]") {
  const std::string text = explain("\\log x", "\\ln x", {});
  CHECK(text.find("log(x, 10)") != std::string::npos);
  CHECK(text.find("rung: ") != std::string::npos);
  CHECK(text.find("verdict: equal") != std::string::npos);
}
