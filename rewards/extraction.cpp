#include "rewards/extraction.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "rewards/boxes.h"
#include "rewards/math/compare.h"
#include "rewards/math/reading.h"

namespace hone::rewards {
namespace {

constexpr std::string_view kOpenTag = "<think>";
constexpr std::string_view kCloseTag = "</think>";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

std::size_t rfind_ignoring_case(std::string_view text, std::string_view what) {
  const auto found =
      std::find_end(text.begin(), text.end(), what.begin(), what.end(), [](char a, char b) { return lower(a) == b; });
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

std::string_view strip_marks(std::string_view text) {
  constexpr std::string_view kMarks = "*_ \t\r";
  const std::size_t first = text.find_first_not_of(kMarks);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kMarks) - first + 1);
}

/// Up to the end of the sentence or line: a full stop counts only before a space or the end, so 3.5 stays whole.
std::string_view first_sentence(std::string_view text) {
  text = first_line(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && (i + 1 == text.size() || text[i + 1] == ' ')) {
      return text.substr(0, i);
    }
    for (const std::string_view clause : {", which", ", because", ", since", ", so", ", as ", " because", " since"}) {
      if (text.substr(i).starts_with(clause)) {
        return text.substr(0, i);
      }
    }
  }
  return text;
}

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

/// The contents of <answer>…</answer>, and whether one is left open.
struct Tags {
  std::vector<std::string_view> contents;
  bool has_unterminated = false;
};

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

Extraction strict_answer(std::string_view text) {
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

/// The last number, with its sign, thousands separators, point, fraction bar and percent sign.
std::string_view last_number(std::string_view text) {
  const std::size_t last = text.find_last_of("0123456789");
  if (last == std::string_view::npos) {
    return {};
  }
  std::size_t end = last + 1;
  if (end < text.size() && text[end] == '%') {
    ++end;
  }
  std::size_t start = last;
  while (start > 0) {
    const char before = text[start - 1];
    const bool joins = before == ',' || before == '.' || before == '/';
    const bool leading_point = before == '.' && is_digit(text[start]);
    if (!is_digit(before) && !(joins && ((start > 1 && is_digit(text[start - 2])) || leading_point))) {
      break;
    }
    --start;
  }
  const bool is_sign =
      start > 0 && text[start - 1] == '-' &&
      (start == 1 || !(is_digit(text[start - 2]) || is_letter(text[start - 2]) || text[start - 2] == ')'));
  return text.substr(start - (is_sign ? 1 : 0), end - start + (is_sign ? 1 : 0));
}

/// What stands between the last two `mark`s; empty when there are none.
std::string_view last_between(std::string_view text, std::string_view open, std::string_view close, std::size_t& end) {
  const std::size_t last = text.rfind(close);
  if (last == std::string_view::npos || last < open.size()) {
    return {};
  }
  const std::size_t first = text.rfind(open, last - open.size());
  if (first == std::string_view::npos) {
    return {};
  }
  end = last + close.size();
  return math::trim(text.substr(first + open.size(), last - first - open.size()));
}

/// A formula by its looks: no line of prose, something in it that counts or calculates.
bool looks_like_formula(std::string_view text) {
  constexpr std::size_t kMost = 400;
  if (text.size() > kMost || text.ends_with(':')) {
    return false;
  }
  int letters = 0;
  bool counts = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_command = i > 0 && text[i - 1] == '\\';
    letters = is_letter(text[i]) ? (is_command ? -20 : letters + 1) : 0;
    counts = counts || is_digit(text[i]) || text[i] == '\\' || text.size() == 1;
    if (letters > 3 || text[i] == '\n') {
      return false;
    }
  }
  return counts;
}

/// The last formula in dollars or \( \), unless a number of the prose comes after it.
std::string_view last_formula(std::string_view text) {
  std::string_view best;
  std::size_t best_end = 0;
  constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
      {"$$", "$$"}, {"$", "$"}, {"\\(", "\\)"}, {"\\[", "\\]"}};
  for (const auto& [open, close] : kMarks) {
    std::size_t end = 0;
    const std::string_view inside = last_between(text, open, close, end);
    if (!inside.empty() && end > best_end && inside.find('$') == std::string_view::npos) {
      best = inside;
      best_end = end;
    }
  }
  const std::size_t digit = text.find_last_of("0123456789");
  return best.empty() || (digit != std::string_view::npos && digit >= best_end) ? std::string_view() : best;
}

/// Words between spaces, but for those that join values.
bool holds_words(std::string_view text) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (word.size() > 1 && word != "or" && word != "and" && std::all_of(word.begin(), word.end(), is_letter)) {
      return true;
    }
  }
  return false;
}

/// A text that is nothing but an answer: a formula, or a number with what is counted. Empty for others.
std::string_view whole_answer(std::string_view text) {
  std::string_view answer;
  if (!after_reasoning(text, answer)) {
    return {};
  }
  answer = math::trim(answer);
  constexpr std::size_t kMostWithUnit = 60;
  const bool is_line = answer.find('\n') == std::string_view::npos && !answer.ends_with(':');
  const bool begins_with_number = !answer.empty() && (is_digit(answer.front()) || answer.front() == '-');
  const bool is_short = is_line && answer.size() <= kMostWithUnit && begins_with_number;
  return is_short || (looks_like_formula(answer) && !holds_words(answer)) ? answer : std::string_view();
}

Extraction pair_answer(std::string_view text) {
  Extraction answer = strict_answer(text);
  if (!answer.has_no_mark) {
    return answer;
  }
  // Prose about a number is no answer here either; words alone may be one.
  constexpr std::size_t kMostWords = 60;
  const std::string_view all = math::trim(text);
  const bool is_words = all.size() <= kMostWords && all.find_first_of("0123456789\n") == std::string_view::npos;
  const std::string_view whole = is_words ? all : whole_answer(text);
  return whole.empty() ? answer : Extraction{std::string(whole), Rung::kWhole, ""};
}

Extraction flexible_answer(std::string_view text) {
  Extraction answer = strict_answer(text);
  if (answer.problem.empty()) {
    return answer;
  }
  if (const std::string_view whole = whole_answer(text); answer.has_no_mark && !whole.empty()) {
    return {std::string(whole), Rung::kWhole, ""};
  }
  const Boxes boxes = find_boxes(text);
  for (auto box = boxes.contents.rbegin(); box != boxes.contents.rend(); ++box) {
    if (!box->empty()) {
      return {std::string(*box), Rung::kBoxAnywhere, ""};
    }
  }
  const Tags tags = find_tags(text);
  for (auto tag = tags.contents.rbegin(); tag != tags.contents.rend(); ++tag) {
    if (!tag->empty()) {
      return {std::string(*tag), Rung::kTagAnywhere, ""};
    }
  }
  for (const std::string_view anchor : {"answer is", "answer:"}) {
    const std::size_t at = rfind_ignoring_case(text, anchor);
    if (at == std::string_view::npos) {
      continue;
    }
    std::string_view rest = strip_marks(first_sentence(text.substr(at + anchor.size())));
    rest = strip_marks(rest.starts_with(':') ? rest.substr(1) : rest);
    if (!rest.empty()) {
      return {std::string(rest), Rung::kAnswerIs, ""};
    }
  }
  if (const std::size_t at = text.rfind("####"); at != std::string_view::npos) {
    const std::string_view rest = strip_marks(first_line(text.substr(at + 4)));
    if (!rest.empty()) {
      return {std::string(rest), Rung::kHashes, ""};
    }
  }
  std::size_t end = 0;
  if (const std::string_view bold = last_between(text, "**", "**", end); looks_like_formula(bold)) {
    return {std::string(bold), Rung::kBold, ""};
  }
  if (const std::string_view formula = last_formula(text); !formula.empty()) {
    return {std::string(formula), Rung::kFormula, ""};
  }
  if (const std::string_view number = last_number(text); !number.empty()) {
    return {std::string(number), Rung::kLastNumber, ""};
  }
  return answer;
}

}  // namespace

std::string_view rung_name(Rung rung) {
  switch (rung) {
    case Rung::kNone:
      return "none";
    case Rung::kBox:
      return "box";
    case Rung::kAnswerLine:
      return "answer_line";
    case Rung::kTag:
      return "tag";
    case Rung::kTagAnywhere:
      return "tag_anywhere";
    case Rung::kWhole:
      return "whole";
    case Rung::kBold:
      return "bold";
    case Rung::kFormula:
      return "formula";
    case Rung::kBoxAnywhere:
      return "box_anywhere";
    case Rung::kAnswerIs:
      return "answer_is";
    case Rung::kHashes:
      return "hashes";
    case Rung::kLastNumber:
      return "last_number";
  }
  return "none";
}

bool after_reasoning(std::string_view text, std::string_view& answer) {
  const std::size_t close = text.rfind(kCloseTag);
  const std::size_t open = text.rfind(kOpenTag);
  if (open != std::string_view::npos && (close == std::string_view::npos || close < open)) {
    return false;
  }
  answer = close == std::string_view::npos ? text : text.substr(close + kCloseTag.size());
  return true;
}

Extraction extract_answer(std::string_view text, ExtractionMode mode) {
  switch (mode) {
    case ExtractionMode::kStrict:
      return strict_answer(text);
    case ExtractionMode::kPair:
      return pair_answer(text);
    default:
      return flexible_answer(text);
  }
}

}  // namespace hone::rewards
