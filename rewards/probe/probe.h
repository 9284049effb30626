#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "datasets/question.h"
#include "rewards/pool.h"
#include "rewards/probe/attack.h"

namespace hone::rewards::probe {

struct ProbeOptions {
  double threshold = 0.5;      // an attack must earn less than this share of the honest answer's score
  std::uint64_t seed = 1;      // of what attacks shuffle
  std::size_t most_texts = 0;  // of each attack on a question; 0: all that it has
  PoolOptions pool;
};

enum class Verdict {
  kHeld,      // everything earned less than the threshold
  kHole,      // something earned as much or more
  kExpected,  // the same, but the scorer does not claim to see it (Aim)
  kBroken,    // the scorer failed or timed out on an answer
  kNotTried,  // there was nothing to write
};

[[nodiscard]] const char* verdict_name(Verdict verdict);

/// An answer and what it earned.
struct Example {
  std::string question_id;
  std::string text;
  std::string detail;  // the scorer's
  double score = 0.0;
  double share = 0.0;  // of the honest answer's score
};

/// What came of one attack on all questions.
struct AttackOutcome {
  const Attack* attack = nullptr;
  Verdict verdict = Verdict::kNotTried;
  std::int64_t tried = 0;           // answers scored
  std::int64_t same_as_honest = 0;  // written, but the honest answer again: left out
  std::map<Status, std::int64_t> statuses;
  double mean_share = 0.0;  // of those that teach; 0 where none does
  double worst_share = 0.0;
  Example worst;                // the one that earned the most
  std::string failure_example;  // what the scorer said where it failed
};

struct HonestOutcome {
  std::int64_t known = 0;    // questions with an honest answer that earns something
  std::int64_t unknown = 0;  // no honest answer is known: attacks are held against a score of 1
  std::int64_t poor = 0;     // it is known and earns nothing, or cannot be scored: likewise against 1
  double mean = 0.0;         // of the known
  double lowest = 0.0;
  Example poorest;  // the honest answer that earned the least, or failed
};

struct ProbeReport {
  std::vector<AttackOutcome> attacks;  // in the order of probe::attacks()
  HonestOutcome honest;
  std::int64_t questions = 0;
  double threshold = 0.5;
  bool judges_reasoning = false;
  Usage usage;
  double seconds = 0.0;

  /// No attack came through, and the scorer did not break.
  [[nodiscard]] bool held() const;
};

/// Attacks a scorer on questions, before it is trained on. The honest answer is a question's `good_answer`; where it
/// has none but a gold, the gold in a box, in a box behind reasoning, or alone, whichever earns most. Deadlines hold,
/// as everything goes through a ScoringPool. Nothing but `seed` decides what is written. Throws UserError when there is
/// no question.
[[nodiscard]] ProbeReport probe(const std::shared_ptr<const Scorer>& scorer,
                                const std::vector<datasets::Question>& questions, const ProbeOptions& options);

}  // namespace hone::rewards::probe
