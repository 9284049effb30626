#include "rewards/math/compare.h"

#include <string>
#include <utility>

#include "rewards/math/reading.h"
#include "rewards/math/value.h"

namespace hone::rewards::math {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whitespace goes, and every sign of division becomes the slash: "14 \div 2" is a spelling of 14/2.
std::string plain_spelling(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\\div")) {
      result += '/';
      i += 4;
    } else if (rest.starts_with("\xC3\xB7")) {
      result += '/';
      i += 2;
    } else {
      if (rest.front() != ' ' && rest.front() != '\n' && rest.front() != '\t' && rest.front() != '\\') {
        result += rest.front();
      }
      ++i;
    }
  }
  return result;
}

bool holds_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const char after = at + word.size() < text.size() ? text[at + word.size()] : ' ';
    if (!is_digit(before) && before != '.' && !(is_digit(after) && word.back() != '%')) {
      return true;
    }
  }
  return false;
}

bool is_copied(const Tree& gold, const Tree& answer, std::string_view question_text) {
  if (is_plain_number(answer)) {
    return false;
  }
  const std::string spelling = literal_spelling(answer);
  if (is_number_literal(gold) && literal_spelling(gold) == spelling) {
    return false;
  }
  const std::string question = plain_spelling(question_text);
  if (holds_word(question, plain_spelling(spelling))) {
    return true;
  }
  const std::size_t slash = spelling.find('/');
  return slash != std::string::npos && spelling.find(' ') == std::string::npos &&
         holds_word(question, "frac{" + spelling.substr(0, slash) + "}{" + spelling.substr(slash + 1) + "}");
}

/// 14/2 is a division still to be done when the gold is 7.
bool is_unfinished_division(const Rational& gold, const Tree& gold_tree, const Tree& answer) {
  return is_integer(gold) && is_plain_number(gold_tree) && !is_plain_number(answer) &&
         literal_spelling(answer).find('/') != std::string::npos;
}

/// Of an answer with the right value: why it is none all the same, or "".
std::string refusal(const Rational& value, const Tree& gold, const Tree& answer, const CompareOptions& options) {
  if (!options.require_number || !is_number_literal(gold)) {
    return {};
  }
  if (!is_number_literal(answer) || is_unfinished_division(value, gold, answer)) {
    return "an expression, not a value";
  }
  return is_copied(gold, answer, options.question_text) ? "copied from the question, not a value" : "";
}

Verdict compare_numbers(const Reading& gold, const Reading& answer, const CompareOptions& options) {
  Rational wanted;
  Rational found;
  for (auto [tree, value] : {std::pair{&gold.tree, &wanted}, std::pair{&answer.tree, &found}}) {
    const EvaluationResult result = evaluate(*tree, *value);
    if (result != EvaluationResult::kEvaluated) {
      return {Truth::kUndecided,
              result == EvaluationResult::kTooLarge ? "too large to evaluate" : "has no exact rational value"};
    }
  }
  if (!gold.unit.empty() && !answer.unit.empty() && gold.unit != answer.unit) {
    return {Truth::kUndecided, "another unit"};
  }
  if (!(wanted == found)) {
    return {Truth::kDifferent, "another value"};
  }
  std::string refused = refusal(wanted, gold.tree, answer.tree, options);
  return {refused.empty() ? Truth::kEqual : Truth::kDifferent, std::move(refused)};
}

}  // namespace

Verdict compare(std::string_view gold_text, std::string_view answer_text, const CompareOptions& options) {
  const Reading gold = read(gold_text);
  const Reading answer = read(answer_text);
  if (gold.kind == ReadingKind::kTooLarge || answer.kind == ReadingKind::kTooLarge) {
    return {Truth::kUndecided, "too large to evaluate"};
  }
  if (gold.kind == ReadingKind::kEmpty || answer.kind == ReadingKind::kEmpty) {
    return {Truth::kUndecided, "empty"};
  }
  if (gold.kind == ReadingKind::kNumber && answer.kind == ReadingKind::kNumber) {
    return compare_numbers(gold, answer, options);
  }
  if (gold.kind == ReadingKind::kNumber) {
    return {Truth::kUndecided, "cannot be read as a number"};
  }
  if (gold.kind == answer.kind && gold.text == answer.text) {
    return {Truth::kEqual, {}};
  }
  if (gold.kind == ReadingKind::kLabel && answer.kind != ReadingKind::kSymbolic) {
    return {Truth::kDifferent, "another answer"};
  }
  return {Truth::kUndecided, "cannot be compared with the gold"};
}

}  // namespace hone::rewards::math
