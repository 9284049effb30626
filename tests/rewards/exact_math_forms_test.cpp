#include <catch2/catch_test_macros.hpp>
#include <string>

#include "rewards/math/compare.h"

using namespace hone::rewards::math;

namespace {

std::string refusal(RequireForm form, const char* gold, const char* answer, const char* question = "") {
  const Verdict verdict = compare(gold, answer, {.require_form = form, .question_text = question});
  return verdict.truth == Truth::kEqual ? "" : verdict.detail;
}
bool accepts(RequireForm form, const char* gold, const char* answer, const char* question = "") {
  CAPTURE(gold, answer);
  const std::string why = refusal(form, gold, answer, question);
  CAPTURE(why);
  CHECK(why.empty());
  return why.empty();
}
bool refuses(RequireForm form, const char* gold, const char* answer, const char* question = "") {
  CAPTURE(gold, answer);
  // Its value is right: it is the form alone that is refused.
  CHECK(compare(gold, answer).truth == Truth::kEqual);
  CHECK_FALSE(refusal(form, gold, answer, question).empty());
  return !refusal(form, gold, answer, question).empty();
}

}  // namespace

TEST_CASE("a value may be spelt in any usual way when the form is the gold's", "[rewards][math][form]") {
  constexpr RequireForm kForm = RequireForm::kAsGold;
  accepts(kForm, "2\\sqrt{3}", "\\sqrt{12}");
  accepts(kForm, "\\frac{\\sqrt{2}}{2}", "\\frac{1}{\\sqrt{2}}");
  accepts(kForm, "\\frac{3}{4}", "0.75");
  accepts(kForm, "0.75", "3/4");
  accepts(kForm, "\\frac{1}{2}", "2/4");
  accepts(kForm, "1500", "1.5\\times 10^{3}");
  accepts(kForm, "(1, 2)", "x = 1, y = 2");
  accepts(kForm, "\\{1, 2\\}", "2, 1");
  accepts(kForm, "\\pm 2", "x = 2 or x = -2");
  accepts(kForm, "(-\\infty, 3)", "x < 3");
  accepts(kForm, "45^\\circ", "\\frac{\\pi}{4}");
  accepts(kForm, "3 \\text{ hours}", "180 min");
  accepts(kForm, "n(n+1)/2", "\\frac{n^2+n}{2}");
  accepts(kForm, "y = 2x+1", "2x - y + 1 = 0");
  accepts(kForm, "\\binom{10}{3}", "120");
  accepts(kForm, "\\log_2 3", "\\frac{\\ln 3}{\\ln 2}");
  accepts(kForm, "e^2", "\\exp(2)");
  accepts(kForm, "3+4i", "4i+3");
  accepts(kForm, "3.5 \\text{ hours}", "3 hours and 30 minutes");
  accepts(kForm, "2000000", "2 \\text{ million}");
  accepts(kForm, "0.001", "10^{-3}");
  accepts(kForm, "5:8", "\\frac58");
  accepts(kForm, "\\begin{pmatrix} 6/5 \\\\ 2/5 \\end{pmatrix}", "\\frac15\\begin{pmatrix} 6 \\\\ 2 \\end{pmatrix}");
  accepts(kForm, "1+\\sqrt{2}", "\\sqrt{2}+1");
}

TEST_CASE("what leaves the value to be worked out is no answer", "[rewards][math][form]") {
  constexpr RequireForm kForm = RequireForm::kAsGold;
  refuses(kForm, "7", "3+4");
  refuses(kForm, "7", "\\frac{14}{2}");
  refuses(kForm, "7", "x = 3+4");
  refuses(kForm, "7", "3+4=7");
  refuses(kForm, "120", "\\binom{10}{3}");
  refuses(kForm, "120", "5!");
  refuses(kForm, "\\frac{1}{2}", "\\sin 30^\\circ");
  refuses(kForm, "\\frac{\\sqrt{3}}{2}", "\\sin 60^\\circ");
  refuses(kForm, "\\frac{\\pi}{4}", "\\arctan 1");
  refuses(kForm, "(1, 2)", "(3-2, 2)");
  refuses(kForm, "\\{1, 2\\}", "1, 4-2");
  refuses(kForm, "(2, 3)", "(1+1, 3)");
  refuses(kForm, "x < 2", "x + 1 < 3");
  refuses(kForm, "x = 5", "2x = 10");
  refuses(kForm, "180 \\text{ min}", "3 \\cdot 60 \\text{ min}");
}

TEST_CASE("the question's own expression is no answer to it", "[rewards][math][form]") {
  constexpr RequireForm kForm = RequireForm::kAsGold;
  refuses(kForm, "5\\sqrt{3}", "\\sqrt{12}+\\sqrt{27}", "Simplify $\\sqrt{12}+\\sqrt{27}$.");
  refuses(kForm, "(x+1)(x+2)", "x^2+3x+2", "Factor $x^2+3x+2$.");
  refuses(kForm, "(x+1)(x+2)", "2+3x+x^2", "Factor $x^2+3x+2$.");
  refuses(kForm, "x^2+2x+1", "(x+1)^2", "Expand $(x+1)^2$.");
  accepts(kForm, "(x+1)(x+2)", "(x+2)(x+1)", "Factor $x^2+3x+2$.");
  accepts(kForm, "5 \\text{ cm}", "5 centimeters", "Its side is 5 centimeters or 6 centimeters. Which is it?");
  accepts(kForm, "-12", "-12.0", "Is it -12.0 or 3?");
  accepts(kForm, "x+1", "1+x", "Simplify $\\frac{x^2-1}{x-1}$.");
}

TEST_CASE("a form may be demanded by name", "[rewards][math][form]") {
  refuses(RequireForm::kSimplified, "\\frac{1}{2}", "\\frac{2}{4}");
  refuses(RequireForm::kSimplified, "2\\sqrt{3}", "\\sqrt{12}");
  accepts(RequireForm::kSimplified, "\\frac{1}{2}", "1/2");
  accepts(RequireForm::kSimplified, "2\\sqrt{3}", "2\\sqrt{3}");
  refuses(RequireForm::kFactored, "(x+1)(x+2)", "x^2+3x+2");
  accepts(RequireForm::kFactored, "(x+1)(x+2)", "(2+x)(1+x)");
  refuses(RequireForm::kDecimal, "0.75", "3/4");
  accepts(RequireForm::kDecimal, "0.75", ".750");
  refuses(RequireForm::kInterval, "(2, \\infty)", "x > 2");
  accepts(RequireForm::kInterval, "(2, \\infty)", "]2, \\infty[");
  accepts(RequireForm::kAny, "7", "3+4");
}
