#include "rewards/probe/probe_config.h"

#include <algorithm>
#include <cstdio>

#include "core/in_quotes.h"

namespace hone::rewards::probe {
namespace {

constexpr std::size_t kQuestionsOfAService = 2;

std::string number(const char* format, double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), format, value);
  return buffer;
}

std::string percent(double share) {
  return number("%.0f", 100.0 * share) + " %";
}

std::string hole_line(const AttackOutcome& outcome) {
  return std::string(outcome.attack->name) + " (" + outcome.attack->description + ") earns up to " +
         percent(outcome.worst_share) + " of the honest answer's score, question " +
         core::in_quotes(outcome.worst.question_id) + ": " + core::in_quotes(outcome.worst.text);
}

std::string broken_line(const AttackOutcome& outcome) {
  std::int64_t failed = 0;
  for (const auto& [status, count] : outcome.statuses) {
    failed += status == Status::kError || status == Status::kTimeout ? count : 0;
  }
  return std::string(outcome.attack->name) + " (" + outcome.attack->description + "): the scorer failed on " +
         std::to_string(failed) + " of " + std::to_string(outcome.tried) + ": " +
         core::in_quotes(outcome.failure_example);
}

void add_honest(std::vector<std::string>& lines, const HonestOutcome& honest) {
  if (honest.poor > 0) {
    lines.push_back("the honest answers of " + std::to_string(honest.poor) +
                    " questions earn nothing, attacks there are held against a score of 1: question " +
                    core::in_quotes(honest.poorest.question_id) + ": " + core::in_quotes(honest.poorest.detail));
  }
  if (honest.unknown > 0) {
    lines.push_back("no honest answer is known for " + std::to_string(honest.unknown) +
                    " questions (good_answer), attacks there are held against a score of 1");
  }
}

}  // namespace

std::vector<std::string> summary_lines(const ProbeReport& report) {
  std::vector<std::string> lines;
  std::int64_t tried = 0;
  std::string expected;
  for (const AttackOutcome& outcome : report.attacks) {
    tried += outcome.tried;
    if (outcome.verdict == Verdict::kHole) {
      lines.push_back(hole_line(outcome));
    } else if (outcome.verdict == Verdict::kBroken) {
      lines.push_back(broken_line(outcome));
    } else if (outcome.verdict == Verdict::kExpected && outcome.attack->aim == Aim::kReasoning) {
      expected += (expected.empty() ? "" : ", ") + std::string(outcome.attack->name);
    }
  }
  add_honest(lines, report.honest);
  if (!expected.empty()) {
    lines.push_back("expected of a scorer that looks at the result alone: " + expected + " earn the full score");
  }
  lines.insert(lines.begin(), (report.held() ? "held against " : "holes found by ") + std::to_string(tried) +
                                  " answers that should not pass, on " + std::to_string(report.questions) +
                                  " questions; honest answers earn " + number("%.3g", report.honest.mean));
  return lines;
}

StartProbe probe_at_start(const std::shared_ptr<const Scorer>& scorer, std::vector<datasets::Question> questions,
                          const ProbeConfig& config, const PoolOptions& pool, std::uint64_t seed) {
  const bool asks_a_service = scorer->calls().threads > 0;
  const auto most = static_cast<std::size_t>(config.questions);
  questions.resize(std::min({questions.size(), most, asks_a_service ? kQuestionsOfAService : most}));
  StartProbe start;
  start.report = probe(scorer, questions,
                       {.threshold = config.threshold,
                        .seed = seed,
                        .most_texts = asks_a_service ? std::size_t{1} : std::size_t{0},
                        .pool = pool});
  start.lines = summary_lines(start.report);
  return start;
}

}  // namespace hone::rewards::probe
