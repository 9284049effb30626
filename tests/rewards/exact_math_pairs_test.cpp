#include <catch2/catch_test_macros.hpp>
#include <string>

#include "rewards/math/compare.h"

using hone::rewards::math::compare;
using hone::rewards::math::CompareOptions;
using hone::rewards::math::RequireForm;
using hone::rewards::math::Truth;

namespace {

struct Pair {
  const char* gold;
  const char* answer;
};

// Values worked out by hand.
constexpr Pair kEqual[] = {
    // integers
    {"7", "7"},
    {"7", " 7 "},
    {"7", "+7"},
    {"7", "07"},
    {"-7", "-7"},
    {"-7", "- 7"},
    {"-7",
     "\xE2\x88\x92"
     "7"},
    {"0", "-0"},
    {"7", "(7)"},
    {"7", "{7}"},
    {"7", "7."},
    {"7", "7.0"},
    {"7", "7.000"},
    {"1234", "1,234"},
    {"1234567", "1,234,567"},
    {"1234", "1{,}234"},
    {"1234", "1,\\!234"},
    {"1234", "1\\,234"},
    {"1,234", "1234"},
    {"1234.5", "1,234.50"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"010", "10"},
    // decimals
    {"0.5", ".5"},
    {"0.5", "0.50"},
    {"-0.25", "-.25"},
    {"0.1", "1/10"},
    {"0.3", "0.30"},
    {"2.5", "5/2"},
    {"1/3", "\\frac{1}{3}"},
    {"1/3", "2/6"},
    {"1/3", "\\dfrac{1}{3}"},
    {"1/3", "\\tfrac13"},
    {"1/3", "\\frac13"},
    {"1/3", "\\frac{1}3"},
    {"1/3", "\\frac 1 3"},
    {"\\frac{3}{4}", "0.75"},
    {"\\frac{3}{4}", "3/4"},
    {"-3/4", "-\\frac{3}{4}"},
    {"-3/4", "\\frac{-3}{4}"},
    {"-3/4", "\\frac{3}{-4}"},
    {"-3/4", "-0.75"},
    {"7/3", "2\\frac{1}{3}"},
    {"-7/3", "-2\\frac{1}{3}"},
    {"22/7", "22/7"},
    // percent
    {"50%", "50\\%"},
    {"50%", "0.5"},
    {"50%", "50"},
    {"50", "50%"},
    {"5", "5\\text{ percent}"},
    {"7", "\xEF\xBC\x97"},  // U+FF17, a fullwidth 7
    {"5", "f(2) = 5"},
    {"0.3333", "1/3"},
    {"3.14", "\\pi"},
    {"2\\sqrt{3}", "\\sqrt{12}"},
    {"0.125", "12.5%"},
    {"1/2", "50\\%"},
    {"150%", "1.5"},
    // typesetting
    {"5", "$5$"},
    {"5", "$$5$$"},
    {"5", "\\(5\\)"},
    {"5", "\\[ 5 \\]"},
    {"5", "**5**"},
    {"5", "`5`"},
    {"5", "\\text{5}"},
    {"5", "\\mathrm{5}"},
    {"5", "\\boxed{5}"},
    {"5", "\\boxed{\\text{5}}."},
    {"5", "\\left(5\\right)"},
    {"5", "\\$5"},
    {"5", "$5"},
    {"5", "\\displaystyle{5}"},
    {"5", "\\, 5 \\;"},
    {"5", "x = 5"},
    {"5", "x=5"},
    {"5", "x_1 = 5"},
    {"5", "$x = 5$"},
    {"5", "\\theta = 5"},
    {"5", "the answer = 5."},
    {"5", "5\\text{ cm}"},
    {"5 \\text{ cm}", "5"},
    {"5\\text{ cm}", "5\\,\\mathrm{cm}"},
    {"45", "45^\\circ"},
    {"45", "45^{\\circ}"},
    {"45", "45\xC2\xB0"},
    {"x = 5", "5"},
    // a gold that is itself an expression may be met by one
    {"2^3 + 1", "9"},
    {"2+3", "5"},
    {"2^{10}", "1024"},
    {"2 \\cdot 3", "6"},
    {"2 \\times 3", "6"},
    {"6 \\div 4", "1.5"},
    {"6 \xC3\xB7 4", "3/2"},
    {"-2^2", "-4"},
    {"(-2)^2", "4"},
    {"2^3^2", "512"},
    {"2^{-2}", "0.25"},
    {"(1/2)^3", "1/8"},
    {"3 - -2", "5"},
    {"1 - 2 - 3", "-4"},
    {"2 + 3 * 4", "14"},
    {"(2 + 3) * 4", "20"},
    {"8 / 4 / 2", "1"},
    {"\\frac{1+2}{4}", "0.75"},
    {"\\left(\\frac{1}{2}\\right)^2", "1/4"},
    {"[1 + 2] * 3", "9"},
    // words
    {"yes", "Yes"},
    {"yes", "yes."},
    {"yes", "**YES**"},
    {"yes", "\\text{yes}"},
    {"yes", "\\textbf{Yes}"},
    {"True", "true"},
    {"entailed", "Entailed!"},
    {"not entailed", "not  entailed"},
    {"cannot be determined", "Cannot be determined."},
    {"A", "(A)"},
    {"B", "\\text{(B)}"},
    {"non-entailed", "Non-entailed"},
    {"x+1", "x + 1"},
    {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
};

constexpr Pair kNotEqual[] = {
    // off by a sign, a digit, a factor
    {"7", "-7"},
    {"-7", "7"},
    {"7", "8"},
    {"7", "70"},
    {"7", "0.7"},
    {"7", "77"},
    {"1234", "1,235"},
    {"1234", "1.234"},
    {"1234", "1,23,4"},
    {"1234", "12,34"},
    {"234", "0,234"},
    {"12345", "1234,5"},
    {"0.5", "0.51"},
    {"0.5", "0.5000000000000000000000000001"},
    {"1/3", "0.333333333333333333333"},
    {"3/4", "4/3"},
    {"3/4", "-3/4"},
    {"3/4", "3"},
    {"3/4", "\\frac{3}{40}"},
    {"123456789012345678901234567890", "123456789012345678901234567891"},
    {"9007199254740993", "9007199254740992"},
    {"50%", "5%"},
    {"7/3", "2\\frac{2}{3}"},
    {"2/3", "2\\frac{1}{3}"},
    // an expression that has the value is not the value
    {"7", "3+4"},
    {"7", "3 + 4"},
    {"7", "14/2"},
    {"7", "\\frac{14}{2}"},
    {"7", "14 \\div 2"},
    {"7", "8-1"},
    {"7", "7*1"},
    {"7", "7+0"},
    {"7", "--7"},
    {"7", "(3+4)"},
    {"7", "x = 3+4"},
    {"8", "2^3"},
    {"8", "2^{3}"},
    {"-8", "-(3+5)"},
    {"0.75", "0.5+0.25"},
    {"3/4", "1/2+1/4"},
    {"3/4", "\\frac{1.5}{2}"},
    {"3/4", "\\frac{\\frac{3}{2}}{2}"},
    {"7", "7/1"},
    // more than one answer
    {"7", "5 or 7"},
    {"7", "7 or 5"},
    {"7", "5, 7"},
    {"7", "7, 5"},
    {"7", "{5, 7}"},
    {"7", "7; 5"},
    {"7", "7 8"},
    {"7", "\\boxed{7}\\boxed{8}"},
    {"7", "x = 7 = 8"},
    {"7", "5 = 7"},
    {"7", "3+4=7"},
    {"7", "7\\text{ or }8"},
    {"yes", "yes or no"},
    {"yes", "yes/no"},
    {"yes", "no"},
    {"yes", "not yes"},
    {"yes", "ye"},
    {"yes", "yess"},
    {"entailed", "not entailed"},
    {"not entailed", "entailed"},
    {"true", "1"},
    {"A", "B"},
    {"A", "AB"},
    {"2x", "3x"},
    {"x+1", "x-1"},
    {"x-1", "x1"},
    // numbers with something behind that changes them
    {"5", "5!"},
    {"5", "5x"},
    {"5", "5 thousand"},
    {"5", "5\\text{ thousand}"},
    {"5", "5\\text{ pi}"},
    {"5", "5e3"},
    {"10 \\text{ cm}", "10 \\text{ m}"},
    {"5", "5_2"},
    {"5", "5 mod 2"},
    {"5", "\\sqrt{25}"},
    {"5", "x^2 = 5"},
    // empty and broken
    {"7", ""},
    {"7", "   "},
    {"7", "$$"},
    {"7", "{}"},
    {"7", "\\boxed{}"},
    {"7", "()"},
    {"7", "(7"},
    {"7", "7)"},
    {"7", "{7"},
    {"7", "(7]"},
    {"7", "\\frac{7}"},
    {"7", "\\frac{7}{1"},
    {"7", "\\frac"},
    {"7", "7+"},
    {"7", "7^"},
    {"7", "+"},
    {"7", "."},
    {"7", "%"},
    {"7", "\\"},
    {"7", "7\\"},
    {"7", "seven"},
    {"7", "7\xFF"},
    {"7", "\xFF\xFE"},
    {"7", "\xE2\x88"},
    {"0", "0/0"},
    {"0", "1/0"},
    {"1", "0^0"},
    {"0", "0^{-1}"},
    // too large to compute
    {"9", "9^9^9"},
    {"9", "9^{9^{9^9}}"},
    {"1", "2^100000000000000000000"},
    {"1", "10^(10^10)/10^(10^10)"},
    {"0", "9^9^9 - 9^9^9"},
};

const CompareOptions kAsGold{.require_form = RequireForm::kAsGold};

}  // namespace

TEST_CASE("an answer with the gold's value is equal, however it is typeset", "[rewards][math]") {
  STATIC_CHECK(std::size(kEqual) >= 75);
  for (const auto& [gold, answer] : kEqual) {
    CAPTURE(gold, answer);
    const auto verdict = compare(gold, answer, kAsGold);
    CAPTURE(verdict.detail);
    CHECK(verdict.truth == Truth::kEqual);
  }
}

TEST_CASE("an answer with another value, or with none, is not equal and says why", "[rewards][math]") {
  STATIC_CHECK(std::size(kNotEqual) >= 75);
  for (const auto& [gold, answer] : kNotEqual) {
    CAPTURE(gold, answer);
    const auto verdict = compare(gold, answer, kAsGold);
    CHECK(verdict.truth != Truth::kEqual);
    CHECK_FALSE(verdict.detail.empty());
  }
}

TEST_CASE("what differs for certain is different, what cannot be read is undecided", "[rewards][math]") {
  CHECK(compare("7", "8").truth == Truth::kDifferent);
  CHECK(compare("yes", "no").truth == Truth::kDifferent);
  CHECK(compare("7", "seven").truth == Truth::kDifferent);
  CHECK(compare("7", "7+").truth == Truth::kUndecided);
  CHECK(compare("7", "7+").detail == "cannot be read");
  CHECK(compare("7", "0/0").truth == Truth::kUndecided);
  CHECK(compare("7", "3+4", kAsGold).detail == "an expression, not a value");
}

TEST_CASE("space of any kind around a word is no part of it", "[rewards][math]") {
  CHECK(compare("yes", ",\fyes").truth == Truth::kEqual);
  CHECK(compare("yes", ",\vyes\f.").truth == Truth::kEqual);
}

TEST_CASE("an expression may answer when a number is not required", "[rewards][math]") {
  const CompareOptions options{.require_form = RequireForm::kAny};
  CHECK(compare("7", "3+4", options).truth == Truth::kEqual);
  CHECK(compare("7", "14/2", options).truth == Truth::kEqual);
  CHECK(compare("7", "3+5", options).truth == Truth::kDifferent);
}

TEST_CASE("a fraction copied out of the question is no answer to it", "[rewards][math]") {
  const auto asked = [](const char* question, const char* gold, const char* answer) {
    const CompareOptions options{.require_form = RequireForm::kAsGold, .question_text = question};
    return compare(gold, answer, options).truth;
  };
  CHECK(asked("Simplify 6/8.", "3/4", "6/8") == Truth::kDifferent);
  CHECK(asked("Simplify 6/8.", "3/4", "\\frac{6}{8}") == Truth::kDifferent);
  CHECK(asked("Simplify \\frac{6}{8}.", "3/4", "6/8") == Truth::kDifferent);
  CHECK(asked("What is 6 \\div 8?", "3/4", "6/8") == Truth::kDifferent);
  CHECK(asked("What is 6 \xC3\xB7 8?", "0.75", "6/8") == Truth::kDifferent);
  CHECK(asked("Write 3/4 as a decimal.", "0.75", "3/4") == Truth::kDifferent);
  CHECK(asked("Write 75% as a decimal.", "0.75", "75\\%") == Truth::kDifferent);
  CHECK(asked("Simplify 6/8.", "3/4", "3/4") == Truth::kEqual);
  CHECK(asked("Simplify 6/8.", "3/4", "9/12") == Truth::kEqual);
  CHECK(asked("Is it 3/4 or 4/3?", "3/4", "3/4") == Truth::kEqual);
  CHECK(asked("What is 16/82?", "6/8", "6/8") == Truth::kEqual);
  CHECK(asked("What is 7 + 0?", "7", "7") == Truth::kEqual);
}
