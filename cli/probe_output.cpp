#include "cli/probe_output.h"

#include <cmath>
#include <ostream>
#include <sstream>
#include <string>

#include "report/format.h"
#include "report/text.h"

namespace hone::cli {
namespace {

using nlohmann::ordered_json;
using rewards::probe::AttackOutcome;
using rewards::probe::Example;
using rewards::probe::ProbeReport;
using rewards::probe::Verdict;

constexpr std::size_t kMostExcerptBytes = 600;
constexpr std::size_t kMostExcerptLines = 12;
constexpr std::size_t kExcerptColumns = 110;

std::string percent(double share) {
  return report::format_number(std::round(100.0 * share), 4) + " %";
}

std::string pad_left(const std::string& text, std::size_t columns) {
  const std::size_t width = report::display_width(text);
  return std::string(columns > width ? columns - width : 0, ' ') + text;
}

/// What stands behind the shares: the verdict, and what else became of the answers.
std::string remarks(const AttackOutcome& outcome) {
  std::string text = rewards::probe::verdict_name(outcome.verdict);
  if (outcome.verdict == Verdict::kExpected) {
    const bool is_order = outcome.attack->aim == rewards::probe::Aim::kNobody;
    text += is_order ? " of a scorer that does not look at their order" : " of a scorer that looks at the result alone";
  }
  for (const auto& [status, count] : outcome.statuses) {
    if (!rewards::teaches(status)) {
      text += ", " + std::to_string(count) + " " + std::string(rewards::status_name(status));
    }
  }
  if (outcome.same_as_honest > 0) {
    text += ", " + std::to_string(outcome.same_as_honest) + " the honest answer again, left out";
  }
  return text;
}

void show_row(std::ostream& stream, const AttackOutcome& outcome) {
  const bool was_tried = outcome.tried > 0;
  stream << report::pad_right(outcome.attack->name, 20) << pad_left(std::to_string(outcome.tried), 7)
         << pad_left(was_tried ? percent(outcome.mean_share) : "", 8)
         << pad_left(was_tried ? percent(outcome.worst_share) : "", 8) << "  " << remarks(outcome) << '\n';
}

void show_excerpt(std::ostream& stream, const std::string& text) {
  std::istringstream lines(report::printable(text.substr(0, kMostExcerptBytes)));
  std::string line;
  std::size_t count = 0;
  for (; count < kMostExcerptLines && std::getline(lines, line); ++count) {
    stream << "  | " << report::clip(line, kExcerptColumns) << '\n';
  }
  if (text.empty()) {
    stream << "  | (empty)\n";
  } else if (text.size() > kMostExcerptBytes || count == kMostExcerptLines) {
    stream << "  | … " << text.size() << " bytes in all\n";
  }
}

void show_example(std::ostream& stream, const Example& example) {
  stream << "  question " << report::printable(report::clip(example.question_id, 60)) << ", earns "
         << report::format_number(example.score, 3);
  if (!example.detail.empty()) {
    stream << ": " << report::printable(report::clip(example.detail, 200));
  }
  stream << '\n';
  show_excerpt(stream, example.text);
}

void show_honest(std::ostream& stream, const ProbeReport& report) {
  const auto& honest = report.honest;
  stream << report.questions << " questions";
  if (honest.known > 0) {
    stream << ", honest answers earn " << report::format_number(honest.mean, 3) << " on average, "
           << report::format_number(honest.lowest, 3) << " at least";
  }
  stream << '\n';
  if (honest.unknown > 0) {
    stream << "no honest answer is known for " << honest.unknown
           << " of them (good_answer): attacks there are held against a score of 1\n";
  }
  if (honest.poor > 0) {
    stream << "the honest answers of " << honest.poor
           << " of them earn nothing: attacks there are held against a score of 1. The poorest:\n";
    show_example(stream, honest.poorest);
  }
}

}  // namespace

void show_probe(std::ostream& stream, const ProbeReport& report) {
  show_honest(stream, report);
  stream << '\n'
         << report::pad_right("attack", 20) << pad_left("answers", 7) << pad_left("mean", 8) << pad_left("worst", 8)
         << "  of the honest answer's score; from " << percent(report.threshold) << " on it is a hole\n";
  for (const AttackOutcome& outcome : report.attacks) {
    show_row(stream, outcome);
  }
  for (const AttackOutcome& outcome : report.attacks) {
    if (outcome.verdict == Verdict::kHole) {
      stream << "\nHOLE " << outcome.attack->name << ": " << outcome.attack->description << '\n';
      show_example(stream, outcome.worst);
    } else if (outcome.verdict == Verdict::kBroken) {
      stream << "\nBROKEN " << outcome.attack->name << ": " << outcome.attack->description << "\n  "
             << report::printable(report::clip(outcome.failure_example, 300)) << '\n';
    }
  }
  if (const auto& usage = report.usage; usage.calls + usage.cached > 0) {
    stream << "\nasked a service " << usage.calls << " times, " << usage.cached << " from the cache, "
           << usage.prompt_tokens + usage.completion_tokens << " tokens, " << report::format_usd(usage.cost_usd)
           << '\n';
  }
}

ordered_json attack_line(const AttackOutcome& outcome) {
  ordered_json statuses = ordered_json::object();
  for (const auto& [status, count] : outcome.statuses) {
    statuses[std::string(rewards::status_name(status))] = count;
  }
  ordered_json line = {{"attack", outcome.attack->name},
                       {"description", outcome.attack->description},
                       {"verdict", rewards::probe::verdict_name(outcome.verdict)},
                       {"answers", outcome.tried},
                       {"same_as_honest", outcome.same_as_honest},
                       {"statuses", std::move(statuses)},
                       {"mean_share", outcome.mean_share},
                       {"worst_share", outcome.worst_share}};
  if (outcome.tried > 0) {
    line["worst"] = {{"question", outcome.worst.question_id},
                     {"answer", outcome.worst.text.substr(0, kMostExcerptBytes)},
                     {"bytes", outcome.worst.text.size()},
                     {"score", outcome.worst.score},
                     {"detail", outcome.worst.detail}};
  }
  return line;
}

ordered_json verdict_line(const ProbeReport& report) {
  const auto& honest = report.honest;
  return {{"held", report.held()},
          {"questions", report.questions},
          {"threshold", report.threshold},
          {"judges_reasoning", report.judges_reasoning},
          {"honest",
           {{"mean", honest.mean},
            {"lowest", honest.lowest},
            {"known", honest.known},
            {"unknown", honest.unknown},
            {"poor", honest.poor}}},
          {"calls", report.usage.calls},
          {"cost_usd", report.usage.cost_usd},
          {"seconds", report.seconds}};
}

}  // namespace hone::cli
