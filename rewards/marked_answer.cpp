#include "rewards/marked_answer.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "rewards/answer_text.h"
#include "rewards/boxes.h"
#include "rewards/math/compare.h"
#include "rewards/math/reading.h"

namespace hone::rewards {
namespace {

/// What follows "Answer:" at the start of a line, for the last such line; markdown before it does not count.
bool last_answer_line(std::string_view text, std::string_view& answer) {
  bool found = false;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = text.substr(start, end - start);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r*_#>"), line.size()));
    for (const std::string_view label : {"answer:", "final answer:", "answer**:", "final answer**:"}) {
      if (starts_with_ignoring_case(line, label)) {
        answer = strip_marks(line.substr(label.size()));
        // "Final Answer: The final answer is 7. I hope it is correct."
        constexpr std::string_view kAgain = "answer is";
        if (const std::size_t at = rfind_ignoring_case(answer, kAgain); at != std::string_view::npos) {
          answer = strip_marks(first_sentence(answer.substr(at + kAgain.size())));
        }
        found = true;
        break;
      }
    }
    start = end + 1;
  }
  return found;
}

Extraction problem(std::string_view why) {
  return {"", Rung::kNone, std::string(why)};
}

/// Do two spellings give one answer? What cannot be compared agrees only with itself.
math::Truth agreement(std::string_view left, std::string_view right) {
  return left == right ? math::Truth::kEqual : math::compare(left, right).truth;
}

bool all_agree(const std::vector<std::string_view>& boxes) {
  // A comparison is bounded, and so is how many are made: nobody spells one answer in nine ways.
  constexpr std::size_t kMostSpellings = 8;
  std::vector<std::string_view> spellings;
  for (const std::string_view box : boxes) {
    if (std::find(spellings.begin(), spellings.end(), box) != spellings.end()) {
      continue;
    }
    spellings.push_back(box);
    if (spellings.size() > kMostSpellings || agreement(spellings.front(), box) != math::Truth::kEqual) {
      return false;
    }
  }
  return true;
}

/// Without a box: the tag, if there is one.
Extraction tagged_answer(const Tags& tags) {
  if (tags.has_unterminated) {
    return problem("an <answer> is not terminated");
  }
  if (std::find(tags.contents.begin(), tags.contents.end(), "") != tags.contents.end()) {
    return problem("an <answer> is empty");
  }
  return all_agree(tags.contents) ? Extraction{std::string(tags.contents.back()), Rung::kTag, ""}
                                  : problem("conflicting <answer> tags");
}

}  // namespace

Tags find_tags(std::string_view text) {
  constexpr std::string_view kOpen = "<answer>";
  constexpr std::string_view kClose = "</answer>";
  Tags tags;
  for (std::size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at)) {
    at += kOpen.size();
    const std::size_t end = text.find(kClose, at);
    if (end == std::string_view::npos) {
      tags.has_unterminated = true;
      break;
    }
    tags.contents.push_back(math::trim(text.substr(at, end - at)));
    at = end + kClose.size();
  }
  return tags;
}

Extraction marked_answer(std::string_view text) {
  std::string_view section;
  if (!after_reasoning(text, section)) {
    return problem("the reasoning never ends: no </think>");
  }
  const Boxes boxes = find_boxes(section);
  if (boxes.has_unterminated) {
    return problem("a box is not terminated");
  }
  if (std::find(boxes.contents.begin(), boxes.contents.end(), "") != boxes.contents.end()) {
    return problem("a box is empty");
  }
  if (!all_agree(boxes.contents)) {
    return problem("conflicting boxes");
  }
  const Tags tags = find_tags(section);
  std::string_view line;
  const bool has_line = last_answer_line(section, line);
  if (!boxes.contents.empty()) {
    const std::string_view box = boxes.contents.back();
    if (has_line && find_boxes(line).contents.empty() && agreement(box, line) == math::Truth::kDifferent) {
      return problem("the box and the Answer: line conflict");
    }
    if (!tags.contents.empty() && find_boxes(tags.contents.back()).contents.empty() &&
        agreement(box, tags.contents.back()) == math::Truth::kDifferent) {
      return problem("the box and the <answer> conflict");
    }
    return {std::string(box), Rung::kBox, ""};
  }
  if (!tags.contents.empty() || tags.has_unterminated) {
    return tagged_answer(tags);
  }
  if (!has_line) {
    auto found = problem("no \\boxed{}, no <answer> and no Answer: line");
    found.has_no_mark = true;
    return found;
  }
  if (line.empty()) {
    return problem("the Answer: line is empty");
  }
  return {std::string(line), Rung::kAnswerLine, ""};
}

}  // namespace hone::rewards
