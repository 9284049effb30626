#include "rewards/extraction.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "rewards/boxes.h"

using namespace hone::rewards;

namespace {

struct Case {
  const char* text;
  const char* answer;  // "" where there is none
  Rung rung;
};

void check(ExtractionMode mode, const Case& wanted) {
  CAPTURE(wanted.text);
  const Extraction found = extract_answer(wanted.text, mode);
  CAPTURE(found.problem);
  CHECK(found.text == wanted.answer);
  CHECK(rung_name(found.rung) == rung_name(wanted.rung));
  CHECK(found.problem.empty() == (wanted.rung != Rung::kNone));
}

}  // namespace

TEST_CASE("strict extraction takes the one answer given after the reasoning", "[rewards][extraction]") {
  for (const Case& wanted : {
           Case{"<think>3+4</think>\\boxed{7}", "7", Rung::kBox},
           Case{"\\boxed{7}", "7", Rung::kBox},
           Case{"so \\fbox{ 7 } it is", "7", Rung::kBox},
           Case{"\\boxed {7}", "7", Rung::kBox},
           Case{"<think>\\boxed{5}</think> \\boxed{7}", "7", Rung::kBox},
           Case{"3+4=7</think> \\boxed{7}", "7", Rung::kBox},
           Case{"<think>a</think><think>b</think>\\boxed{7}", "7", Rung::kBox},
           Case{"<think>\\boxed{</think>\\boxed{7}", "7", Rung::kBox},
           Case{"\\boxed{\\frac{1}{2}}", "\\frac{1}{2}", Rung::kBox},
           Case{"\\boxed{\\{1\\}}", "\\{1\\}", Rung::kBox},
           Case{"\\boxed{1\\}2}", "1\\}2", Rung::kBox},
           Case{"\\boxed{\\boxed{7}}", "\\boxed{7}", Rung::kBox},
           Case{"\\boxed{7} so \\boxed{7}", "7", Rung::kBox},
           Case{"\\boxed{0.5} so \\boxed{1/2}", "1/2", Rung::kBox},
           Case{"<think>x</think>\nAnswer: 7", "7", Rung::kAnswerLine},
           Case{"**Answer:** 7", "7", Rung::kAnswerLine},
           Case{"answer: 5\nAnswer: 7\nthat is it", "7", Rung::kAnswerLine},
           Case{"Answer: 7\n\\boxed{7}", "7", Rung::kBox},
           Case{"Answer: \\boxed{7}", "7", Rung::kBox},
           Case{"**Final Answer:** 7", "7", Rung::kAnswerLine},
           Case{"<think>x</think><answer> 7 </answer>", "7", Rung::kTag},
           Case{"<answer>0.5</answer> <answer>1/2</answer>", "1/2", Rung::kTag},
           Case{"<answer>it is \\boxed{7}</answer>", "7", Rung::kBox},
           Case{"<answer>7</answer> \\boxed{7}", "7", Rung::kBox},
       }) {
    check(ExtractionMode::kStrict, wanted);
  }
}

TEST_CASE("strict extraction refuses what is ambiguous, empty or cut off", "[rewards][extraction]") {
  for (const char* text : {
           "",
           "7",
           "the answer is 7",
           "#### 7",
           "My Answer: 7",
           "Answer:",
           "Answer:   \n7",
           "\\boxed{}",
           "\\boxed{ }",
           "\\boxed{7} \\boxed{}",
           "\\boxed{7} \\boxed{",
           "\\boxed{7} \\boxed{8",
           "\\boxed{7} \\boxed",
           "\\boxed{{7}",
           "\\boxed{7\\}",
           "\\boxed{7} \\boxed{8}",
           "\\boxed{7} \\boxed{8} \\boxed{7}",
           "\\boxed{7} \\boxed{x}",
           "\\boxed{7}\nAnswer: 8",
           "<answer></answer>",
           "<answer>7",
           "<answer>7</answer><answer>8</answer>",
           "<answer>8</answer> \\boxed{7}",
           "<think><answer>7</answer></think>",
           "\\boxedin{7}",
           "<think>\\boxed{7}",
           "<think>\\boxed{7}</think>",
           "<think>a</think>\\boxed{7}<think>b",
           "\\boxed{7}</think>",
       }) {
    check(ExtractionMode::kStrict, {text, "", Rung::kNone});
  }
}

TEST_CASE("flexible extraction goes down its ladder to the last number", "[rewards][extraction]") {
  for (const Case& wanted : {
           Case{"<think>3</think>\\boxed{7}", "7", Rung::kBox},
           Case{"Answer: 7", "7", Rung::kAnswerLine},
           Case{"<think>\\boxed{7}", "7", Rung::kBoxAnywhere},
           Case{"\\boxed{7} \\boxed{8}", "8", Rung::kBoxAnywhere},
           Case{"\\boxed{7} \\boxed{}", "7", Rung::kBoxAnywhere},
           Case{"I think the answer is 7.", "7", Rung::kAnswerIs},
           Case{"The Answer is: **3.5**. Done 9.", "3.5", Rung::kAnswerIs},
           Case{"3+4\n#### 7\n", "7", Rung::kHashes},
           Case{"<think><answer>7</answer>", "7", Rung::kTagAnywhere},
           Case{"My answer: 7.", "7", Rung::kAnswerIs},
           Case{"The answer is 7, because 3 and 4 add up", "7", Rung::kAnswerIs},
           Case{"so it is **73** for sure", "73", Rung::kBold},
           Case{"**Step 2** gives 7", "7", Rung::kLastNumber},
           Case{"we get $\\frac{3}{4}$.", "\\frac{3}{4}", Rung::kFormula},
           Case{"with $x = 5$ it is 7", "7", Rung::kLastNumber},
           Case{"thus \\(2\\sqrt{3}\\)", "2\\sqrt{3}", Rung::kFormula},
           Case{"it has 5, no, -7 apples", "-7", Rung::kLastNumber},
           Case{"about 1,234.50.", "1,234.50", Rung::kLastNumber},
           Case{"so 3/4", "3/4", Rung::kLastNumber},
           Case{"so .5", ".5", Rung::kLastNumber},
           Case{"up 12%", "12%", Rung::kLastNumber},
           Case{"it is 8-3", "3", Rung::kLastNumber},
           Case{"8-3", "8-3", Rung::kWhole},
           Case{"x^2 - 1", "x^2 - 1", Rung::kWhole},
           Case{"3 hours", "3 hours", Rung::kWhole},
           Case{"x=1 or x=2", "x=1 or x=2", Rung::kWhole},
           Case{"nothing", "", Rung::kNone},
           Case{"", "", Rung::kNone},
       }) {
    check(ExtractionMode::kFlexible, wanted);
  }
}

TEST_CASE("a box is found with its braces balanced, and nested ones count once", "[rewards][extraction]") {
  const Boxes boxes = find_boxes("{ \\boxed{a{b}c} } \\\\boxed{x} \\fbox{ d } } \\boxed{\\fbox{e}}");
  REQUIRE(boxes.contents.size() == 3);
  CHECK(boxes.contents[0] == "a{b}c");
  CHECK(boxes.contents[1] == "d");
  CHECK(boxes.contents[2] == "\\fbox{e}");
  CHECK_FALSE(boxes.has_unterminated);
  CHECK(find_boxes("\\boxed{").has_unterminated);
}
