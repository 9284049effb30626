#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/config_check.h"
#include "core/config_types.h"
#include "rewards/registry.h"
#include "rewards/scorer.h"

namespace hone::rewards {

enum class Isolation { kNone, kBestEffort, kRequired };

struct ProcessOptions {
  std::vector<std::string> command;
  nlohmann::json options = nlohmann::json::object();
  int workers = 2;
  int batch = 64;
  double deadline_s = 5.0;
  double deadline_per_answer_s = 0.05;
  double longest_s = 0.0;
  double start_s = 30.0;
  double processor_s = 0.0;
  int memory_mb = 4096;
  int files = 256;
  int processes = 256;
  int max_line_mb = 16;
  int max_restarts = 5;
  Isolation isolation = Isolation::kBestEffort;
  std::vector<std::string> pass_environment;
  std::string working_folder;
  bool judges_reasoning = false;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("command", command, "Program and arguments, no shell; {folder} in them is the config's folder.",
          core::not_empty());
    visit("options", options, "Any JSON, sent to each worker in the hello.");
    visit("workers", workers, "Processes kept alive.", core::in_range(1, 256));
    visit("batch", batch, "The most answers of a request; a worker may ask for fewer.", core::in_range(1, 65536));
    visit("deadline_s", deadline_s, "Seconds that a request may take, besides those for each answer.",
          core::greater_than(0));
    visit("deadline_per_answer_s", deadline_per_answer_s, "Seconds that each answer of a request adds.",
          core::at_least(0));
    visit("longest_s", longest_s, "Seconds after which what is not scored of a batch is given up; 0: by the deadlines.",
          core::at_least(0));
    visit("start_s", start_s, "Seconds that a worker may take to say hello.", core::greater_than(0));
    visit("processor_s", processor_s, "Seconds of processor time that a request may take; 0: no limit.",
          core::at_least(0));
    visit("memory_mb", memory_mb, "Address space of a worker; 0: no limit.", core::at_least(0));
    visit("files", files, "Files that a worker may have open; 0: no limit.", core::at_least(0));
    visit("processes", processes, "Processes and threads of a worker, where it is isolated; 0: no limit.",
          core::at_least(0));
    visit("max_line_mb", max_line_mb, "The longest line that is read from a worker.", core::in_range(1, 1024));
    visit("max_restarts", max_restarts, "Failed starts in a row after which a worker is only tried now and then.",
          core::at_least(0));
    visit("isolation", isolation, "Namespaces of its own: none, best_effort or required.");
    visit("pass_environment", pass_environment, "Names of environment variables that workers get.");
    visit("working_folder", working_folder, "Where workers start, from the config's folder; empty: a temporary one.");
    visit("judges_reasoning", judges_reasoning, "It looks at how an answer is reached; for the probe.");
  }
};

/// A scorer in any language: processes that are kept alive and answer lines of JSON, docs/plugins.md. A worker that
/// hangs, crashes or writes what it should not is killed with all that it started, and a fresh one takes its place; the
/// batch is tried again in halves until the answer that brings it down is alone: kTimeout or kError with the reason.
/// All others get their scores.
class Process final : public Scorer {
 public:
  /// Starts the first worker. Throws ConfigError, beginning with where the options stand, when it does not say hello.
  Process(const ProcessOptions& options, const ScorerSetting& setting);
  ~Process() override;
  [[nodiscard]] Score score(const datasets::Question& question, const Answer& answer) const override;
  [[nodiscard]] std::vector<Score> score_batch(std::span<const Asked> asked) const override;
  [[nodiscard]] Calls calls() const override;
  [[nodiscard]] bool judges_reasoning() const override;
  /// What its workers are kept from, for people.
  [[nodiscard]] std::string confinement() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hone::rewards

template <>
struct hone::core::EnumNames<hone::rewards::Isolation> {
  static constexpr std::pair<hone::rewards::Isolation, const char*> values[] = {
      {hone::rewards::Isolation::kNone, "none"},
      {hone::rewards::Isolation::kBestEffort, "best_effort"},
      {hone::rewards::Isolation::kRequired, "required"}};
};
