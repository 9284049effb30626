#include "rewards/math/explain.h"

#include "rewards/math/printer.h"

namespace hone::rewards::math {
namespace {

void list_readings(std::string& text, std::string_view side, const Readings& readings) {
  text += side;
  text += readings.list.size() > 1 ? ", which has several readings:\n" : ":\n";
  for (const Reading& reading : readings.list) {
    text += "  " + to_text(reading.expression);
    if (reading.has_bare_log) {
      text += reading.log_is_decimal ? "   (log to base 10)" : "   (log to base e)";
    }
    text += reading.has_letters_as_units ? "   (letters as units)\n" : "\n";
  }
  switch (readings.problem) {
    case ReadProblem::kEmpty:
      text += "  nothing\n";
      break;
    case ReadProblem::kTooLarge:
      text += "  too large to read\n";
      break;
    case ReadProblem::kUnreadable:
      text += "  cannot be read as a formula or as words\n";
      break;
    case ReadProblem::kNone:
      break;
  }
}

}  // namespace

void Trace::readings(const Readings& gold, const Readings& answer) {
  list_readings(text_, "gold", gold);
  list_readings(text_, "answer", answer);
}

void Trace::pair(const Reading& gold, const Reading& answer, const Decision& decision) {
  text_ += "compare " + to_text(gold.expression) + " with " + to_text(answer.expression) + ": ";
  text_ += truth_name(decision.truth);
  if (decision.rung != Rung::kNone) {
    text_ += " (rung: ";
    text_ += rung_name(decision.rung);
    text_ += ")";
  }
  text_ += '\n';
}

std::string explain(std::string_view gold, std::string_view answer, const CompareOptions& options) {
  Trace trace;
  const Verdict verdict = compare_traced(gold, answer, options, trace);
  std::string text = trace.text() + "verdict: " + std::string(truth_name(verdict.truth));
  if (!verdict.detail.empty()) {
    text += ", " + verdict.detail;
  }
  return text + '\n';
}

}  // namespace hone::rewards::math
