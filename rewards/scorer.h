#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/question.h"

namespace hone::rewards {

/// What became of scoring one answer. Only kOk and kWrongFormat teach; the others are masked from the group's
/// baseline and from the loss, counted and shown. A failure is never a silent zero.
enum class Status { kOk, kWrongFormat, kTimeout, kError, kUnscorable };

[[nodiscard]] std::string_view status_name(Status status);
[[nodiscard]] constexpr bool teaches(Status status) {
  return status == Status::kOk || status == Status::kWrongFormat;
}

struct Score {
  double score = 0.0;
  Status status = Status::kOk;
  std::vector<std::pair<std::string, double>> parts;       // named components, in the scorer's order
  std::vector<std::pair<std::string, std::string>> notes;  // what it was judged by, for people
  std::string extracted;                                   // the answer as read out of the text
  std::string detail;                                      // why: one sentence for a person
};

/// What the policy wrote. Hostile input: bounded size, bounded time, no shell.
struct Answer {
  std::string_view text;
  bool truncated = false;  // ended by the length limit, not by a stop
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::int64_t tokens = 0;  // its length, the end token included; 0 when not known
};

/// Judges one answer to one question. Implementations are immutable and safe to call from several threads at once.
/// A bad answer is a score with a reason, never an exception; what is thrown becomes Status::kError with its message.
class Scorer {
 public:
  Scorer() = default;
  Scorer(const Scorer&) = delete;
  Scorer& operator=(const Scorer&) = delete;
  virtual ~Scorer() = default;
  [[nodiscard]] virtual Score score(const datasets::Question& question, const Answer& answer) const = 0;
};

}  // namespace hone::rewards
