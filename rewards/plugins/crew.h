#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rewards/plugins/launcher.h"
#include "rewards/plugins/protocol.h"
#include "rewards/plugins/worker.h"

namespace hone::rewards::plugins {

struct CrewPlan {
  LaunchPlan launch;
  std::vector<Confinement> confinements;  // the first that the system allows is used for all
  LineLimits limits;
  std::string hello;  // the line that is said to each
  std::string where;  // begins messages about the config
  double start_s = 30.0;
  int workers = 1;
  int max_restarts = 5;
};

/// A worker's place, whether it is alive or not, and what belongs to it.
struct Place {
  std::unique_ptr<Worker> worker;  // null until it is needed
  Hello hello;
  std::string request;  // buffers that are used again
  std::string reply;
  int failed_starts = 0;  // in a row
  Worker::Clock::time_point next_start;
};

/// Workers that are kept alive.
class Crew {
 public:
  using Clock = Worker::Clock;

  /// Starts the first. Throws ConfigError when it does not say hello.
  explicit Crew(CrewPlan plan);

  /// A place for the caller alone, until it is given back; null where none is free by then.
  [[nodiscard]] std::shared_ptr<Place> take(Clock::time_point until);
  /// A worker that can be asked stands there afterwards, started if need be; or why none can be had.
  [[nodiscard]] std::optional<Failed> fill(Place& place, Clock::time_point until);

  [[nodiscard]] const Hello& first_hello() const { return hello_; }
  [[nodiscard]] double start_took_s() const { return start_took_s_; }
  [[nodiscard]] Confinement confinement() const { return confinement_; }

 private:
  void start_first(Place& place);
  /// Throws core::Error.
  void start(Place& place, Clock::time_point deadline);

  CrewPlan plan_;
  Launcher launcher_;
  Confinement confinement_ = Confinement::kNone;
  Hello hello_;
  double start_took_s_ = 0.0;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Place>> free_;  // the last first, so that few workers are started for few callers
};

}  // namespace hone::rewards::plugins
