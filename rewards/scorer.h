#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
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

/// A stretch of the answer that earned or lost points: bytes [begin, end) of Answer::text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string item;     // the part that it belongs to
  double points = 0.0;  // what it moved the score by; below 0 lost, 0 looked at without effect
};

/// What asking a service took, for the ledger.
struct Usage {
  std::int64_t calls = 0;   // answered by the service
  std::int64_t cached = 0;  // answered by the cache, at no cost
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  double cost_usd = 0.0;

  Usage& operator+=(const Usage& other);
};

struct Score {
  double score = 0.0;
  Status status = Status::kOk;
  std::vector<std::pair<std::string, double>> parts;       // named components, in the scorer's order
  std::vector<std::pair<std::string, std::string>> notes;  // what it was judged by, for people
  std::string extracted;                                   // the answer as read out of the text
  std::string detail;                                      // why: one sentence for a person
  std::vector<Span> spans;                                 // where in the answer; may overlap
  Usage usage;
};

/// What the policy wrote. Hostile input: bounded size, bounded time, no shell.
struct Answer {
  std::string_view text;
  bool truncated = false;  // ended by the length limit, not by a stop
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::int64_t tokens = 0;      // its length, the end token included; 0 when not known
  std::string_view uid = {};    // unique in the run: the group's name and the sample's number
  std::string_view group = {};  // answers to one asking of a question share it; never that of two steps
};

struct Asked {
  const datasets::Question* question = nullptr;
  Answer answer;
};

/// How a scorer likes to be called by the pool.
struct Calls {
  std::size_t batch = 1;   // at most so many answers a call; more than 1 goes through score_batch
  int threads = 0;         // calls at once that it can use while each waits; 0: as many as the pool has
  double longest_s = 0.0;  // a call ends by itself after so long at most, so the pool waits; 0: the pool's deadline
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

  /// Several answers in one call, for scorers to whom a call is dear: one score each, in their order. By default one
  /// after the other; what one throws is its own kError.
  [[nodiscard]] virtual std::vector<Score> score_batch(std::span<const Asked> asked) const;
  [[nodiscard]] virtual Calls calls() const { return {}; }
  /// True if it looks at how the answer is reached, so that a bare right result must not earn everything.
  [[nodiscard]] virtual bool judges_reasoning() const { return false; }
  /// What it judges this question by, for attacks that know it (rewards/probe): an object as of hone.rubric/1 with its
  /// gold, or null.
  [[nodiscard]] virtual nlohmann::json criteria(const datasets::Question& /*question*/) const { return nullptr; }
};

/// A score that does not teach, with its reason.
[[nodiscard]] Score failure(Status status, std::string detail);
/// The score itself, or kError where it or a part of it is not finite.
[[nodiscard]] Score finite_or_error(Score score);
/// `scorer.score`, or kError with the message of what it threw, or because the score is not finite.
[[nodiscard]] Score score_safely(const Scorer& scorer, const Asked& asked);

}  // namespace hone::rewards
