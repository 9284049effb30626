#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/config_check.h"
#include "datasets/question.h"
#include "rewards/scorer.h"

namespace hone::rewards {

struct PoolOptions {
  int threads = 2;
  double deadline_s = 10.0;
  double grace_s = 1.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("threads", threads, "Threads that score.", core::in_range(1, 256));
    visit("deadline_s", deadline_s, "Seconds that scoring one answer may take, from its start.", core::greater_than(0));
    visit("grace_s", grace_s, "Seconds to wait at the end for a scorer that hangs.", core::at_least(0));
  }
};

struct Submission {
  std::uint64_t ticket = 0;                            // unique among those not yet collected
  std::shared_ptr<const datasets::Question> question;  // shared, for a scorer that hangs outlives its caller
  std::string text;                                    // what the policy wrote
  bool truncated = false;
  std::int64_t tokens = 0;
  std::string group = {};  // of Answer::group and Answer::uid
  std::string uid = {};
};

struct Scored {
  std::uint64_t ticket = 0;
  Score score;
  double seconds = 0.0;  // of scoring, its share of a batch's; the deadline for what did not come back
};

/// Since the pool was made.
struct PoolCounters {
  std::int64_t scored = 0;    // all that were collected, whatever their status
  std::int64_t errors = 0;    // of these, kError
  std::int64_t timeouts = 0;  // of these, kTimeout
  double busy_s = 0.0;        // summed over threads
  double slowest_s = 0.0;
  Usage usage;              // of services that were asked
  int threads_hanging = 0;  // at this moment, in scorers past their deadline
};

/// Scores answers on threads of its own while others are still being generated.
///
/// A deadline is given to the scorer in Answer::deadline and enforced here: what has not come back by then is kTimeout,
/// its late result is thrown away, and a fresh thread takes the place of the one that hangs, so it does not hold up the
/// rest. What a scorer throws, and a score that is not finite, is kError with a message. Never a silent zero.
///
/// C++ has no way to kill a thread. A scorer that still hangs when the pool goes is therefore left to its detached
/// thread after `grace_s`; all that it can touch is kept alive for it. Untrusted scorers belong in a process, which can
/// be killed.
///
/// A scorer that likes batches (Scorer::calls) gets what is waiting when a thread is free, up to its size. One that
/// ends its calls by itself is waited for.
///
/// One thread submits and collects.
class ScoringPool {
 public:
  ScoringPool(std::shared_ptr<const Scorer> scorer, const PoolOptions& options);
  ScoringPool(const ScoringPool&) = delete;
  ScoringPool& operator=(const ScoringPool&) = delete;
  ~ScoringPool();

  /// Returns at once.
  void submit(Submission submission);
  /// Waits for everything submitted since the last collect, at most until its deadlines. In the order of the tickets,
  /// whatever the order of finishing.
  [[nodiscard]] std::vector<Scored> collect();
  [[nodiscard]] PoolCounters counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hone::rewards
