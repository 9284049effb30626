#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rewards/judge/options.h"
#include "rewards/judge/prompt.h"
#include "rewards/judge/verdict.h"
#include "rewards/registry.h"
#include "rewards/remote/time_source.h"
#include "rewards/scorer.h"

namespace hone::rewards {

/// What a judge said about one answer, or why it did not.
struct Judged {
  Status status = Status::kOk;  // else kTimeout or kError: the judge failed, not the answer
  std::string problem;
  std::vector<Verdict> verdicts;  // one a criterion, in their order, where it is kOk
  std::string note;               // what did not go well on the way; empty: nothing
  Usage usage;
};

/// Throws ConfigError, beginning with `where`, for two criteria of one id and for a scale without two different words.
void check_criteria(std::span<const Criterion> criteria, const std::string& where);

/// Asks a language model behind a chat endpoint about answers. Safe from several threads.
class Judge {
 public:
  /// Opens the cache, reads the key. Throws ConfigError and FileError.
  Judge(const JudgeOptions& options, const ScorerSetting& setting, TimeSource time = real_time());
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  ~Judge();

  /// Never throws for what the answer or the service does.
  [[nodiscard]] Judged ask(const JudgeCase& asked, std::span<const Criterion> criteria,
                           TimeSource::Instant deadline = TimeSource::Instant::max()) const;
  /// No call of `ask` with so many criteria takes longer.
  [[nodiscard]] double longest_s(std::size_t criteria) const;
  [[nodiscard]] const JudgeOptions& options() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hone::rewards
