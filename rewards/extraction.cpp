#include "rewards/extraction.h"

#include <cstddef>

#include "rewards/answer_text.h"
#include "rewards/boxes.h"
#include "rewards/marked_answer.h"
#include "rewards/math/reading.h"
#include "rewards/unmarked_answer.h"

namespace hone::rewards {
namespace {

constexpr std::string_view kOpenTag = "<think>";
constexpr std::string_view kCloseTag = "</think>";

Extraction pair_answer(std::string_view text) {
  Extraction answer = marked_answer(text);
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
  Extraction answer = marked_answer(text);
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
  if (const std::string_view bold = last_bold_formula(text); !bold.empty()) {
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
      return marked_answer(text);
    case ExtractionMode::kPair:
      return pair_answer(text);
    default:
      return flexible_answer(text);
  }
}

}  // namespace hone::rewards
