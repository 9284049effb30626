#include "rewards/math/compare.h"

#include <utility>

#include "rewards/math/choices.h"
#include "rewards/math/explain.h"
#include "rewards/math/forms.h"
#include "rewards/math/limits.h"
#include "rewards/math/parameters.h"
#include "rewards/math/printer.h"
#include "rewards/math/reading.h"
#include "rewards/math/structure.h"

namespace hone::rewards::math {
namespace {

Part root_of(const Reading& reading) {
  return {&reading.expression, root_index(reading.expression)};
}

/// Readings that may not go together: one text's \log to base e and the other's to base 10, letters as units against
/// what has none.
bool fit(const Reading& gold, const Reading& answer) {
  if (gold.has_bare_log && answer.has_bare_log && gold.log_is_decimal != answer.log_is_decimal) {
    return false;
  }
  const auto has_unit = [](const Reading& reading) {
    return contains(reading.expression, root_index(reading.expression), NodeKind::kQuantity);
  };
  return (!gold.has_letters_as_units || has_unit(answer)) && (!answer.has_letters_as_units || has_unit(gold));
}

const char* problem_of(ReadProblem problem) {
  switch (problem) {
    case ReadProblem::kEmpty:
      return "empty";
    case ReadProblem::kTooLarge:
      return "too large to evaluate";
    default:
      return "cannot be read";
  }
}

class Comparison {
 public:
  Comparison(const CompareOptions& options, Trace* trace) : options_(options), trace_(trace), work_(kMaxVerdictWork) {}

  Verdict run(std::string_view gold_text, std::string_view answer_text) {
    const Choice wanted = choice_of(gold_text);
    const Choice found = choice_of(answer_text);
    const bool gold_is_choice = wanted.letter != 0 && (!wanted.is_lower || !wanted.content.empty());
    if (gold_is_choice && found.letter != 0 &&
        !(wanted.content.empty() && found.content.empty() && found.is_lower && wanted.letter > 'E')) {
      Verdict verdict = of_truth(wanted.letter == found.letter ? Truth::kEqual : Truth::kDifferent, "another choice");
      verdict.gold_form = std::string(1, wanted.letter);
      verdict.answer_form = std::string(1, found.letter);
      return verdict;
    }
    // A letter before the value, where the other side has none, is left out: (B) 12 against 12.
    if (!wanted.content.empty() && found.letter == 0) {
      gold_text = wanted.content;
    } else if (wanted.letter == 0 && !found.content.empty() && !found.is_lower) {
      answer_text = found.content;
    }
    return texts(gold_text, answer_text);
  }

 private:
  static Verdict of_truth(Truth truth, const char* otherwise) {
    return {truth, Rung::kText, truth == Truth::kEqual ? "" : otherwise, {}, {}};
  }

  Verdict texts(std::string_view gold_text, std::string_view answer_text) {
    const ReadOptions read_options{options_.angle == AngleUnit::kDegrees};
    const char gold_letter = take_parameter(gold_text);
    const char answer_letter = take_parameter(answer_text);
    const Readings gold = read(gold_text, read_options);
    Readings answer = read(answer_text, read_options);
    if ((gold_letter != 0 || answer_letter != 0) && !gold.list.empty() && !answer.list.empty()) {
      rename_parameter(gold.list.front().expression, gold_letter, answer.list.front().expression, answer_letter);
    }
    if (trace_ != nullptr) {
      trace_->readings(gold, answer);
    }
    Verdict verdict;
    verdict.gold_form = gold.list.empty() ? gold.spelling : to_text(gold.list.front().expression);
    verdict.answer_form = answer.list.empty() ? answer.spelling : to_text(answer.list.front().expression);
    for (const ReadProblem problem : {ReadProblem::kTooLarge, ReadProblem::kEmpty}) {
      if (gold.problem == problem || answer.problem == problem) {
        verdict.detail = problem_of(problem);
        return verdict;
      }
    }
    if (gold.list.empty() || answer.list.empty()) {
      if (gold.spelling == answer.spelling && !gold.spelling.empty()) {
        verdict.truth = Truth::kEqual;
        verdict.rung = Rung::kText;
      } else {
        verdict.detail = answer.list.empty() ? "cannot be read" : "cannot be compared with the gold";
      }
      return verdict;
    }
    pairs(gold, answer, verdict);
    if (verdict.truth == Truth::kEqual) {
      const std::string_view refusal = form_refusal(root_of(*gold_), root_of(*answer_), answer_text, options_);
      if (!refusal.empty()) {
        verdict.truth = Truth::kDifferent;
        verdict.detail = refusal;
      }
    }
    return verdict;
  }

  /// Equal where one pair of readings is, different where all pairs are.
  void pairs(const Readings& gold, const Readings& answer, Verdict& verdict) {
    gold_ = &gold.list.front();
    answer_ = &answer.list.front();
    bool is_undecided = false;
    for (const Reading& wanted : gold.list) {
      for (const Reading& found : answer.list) {
        if (!fit(wanted, found)) {
          continue;
        }
        const bool same_spelling = gold.spelling == answer.spelling;
        Context context(options_, work_);
        const Decision decision =
            same_spelling ? equal_by(Rung::kText) : compare_parts(context, root_of(wanted), root_of(found));
        if (trace_ != nullptr) {
          trace_->pair(wanted, found, decision);
        }
        verdict.rung = decision.rung;
        if (decision.truth == Truth::kEqual) {
          verdict.truth = Truth::kEqual;
          gold_ = &wanted;
          answer_ = &found;
          verdict.gold_form = to_text(wanted.expression);
          verdict.answer_form = to_text(found.expression);
          return;
        }
        is_undecided = is_undecided || decision.truth == Truth::kUndecided;
      }
    }
    verdict.truth = is_undecided ? Truth::kUndecided : Truth::kDifferent;
    verdict.detail = !is_undecided      ? different_detail()
                     : work_.is_spent() ? "too large to evaluate"
                                        : "could not be decided";
  }

  [[nodiscard]] const char* different_detail() const {
    const NodeKind gold = root_of(*gold_).kind();
    const NodeKind answer = root_of(*answer_).kind();
    const bool is_text = gold == NodeKind::kText || answer == NodeKind::kText;
    return gold == answer || (is_scalar(gold) && is_scalar(answer)) ? "another value"
           : is_text                                                ? "another answer"
                                                                    : "another kind of answer";
  }

  const CompareOptions& options_;
  Trace* trace_;
  Work work_;
  const Reading* gold_ = nullptr;
  const Reading* answer_ = nullptr;
};

}  // namespace

Verdict compare(std::string_view gold, std::string_view answer, const CompareOptions& options) {
  return Comparison(options, nullptr).run(gold, answer);
}

Verdict compare_traced(std::string_view gold, std::string_view answer, const CompareOptions& options, Trace& trace) {
  return Comparison(options, &trace).run(gold, answer);
}

std::string_view rung_name(Rung rung) {
  switch (rung) {
    case Rung::kText:
      return "text";
    case Rung::kRational:
      return "rational";
    case Rung::kPolynomial:
      return "polynomial";
    case Rung::kAlgebraic:
      return "algebraic";
    case Rung::kElementary:
      return "elementary";
    case Rung::kBalls:
      return "balls";
    case Rung::kStructure:
      return "structure";
    case Rung::kNone:
      break;
  }
  return "none";
}

std::string_view truth_name(Truth truth) {
  return truth == Truth::kEqual ? "equal" : truth == Truth::kDifferent ? "different" : "undecided";
}

}  // namespace hone::rewards::math
