#include "rewards/plugins/crew.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "rewards/plugins/isolation_error.h"

namespace hone::rewards::plugins {
namespace {

Worker::Clock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<Worker::Clock::duration>(std::chrono::duration<double>(seconds));
}

double back_off_s(int failed_starts) {
  constexpr double kFirstS = 0.1;
  constexpr double kMostS = 5.0;
  return std::min(kMostS, kFirstS * std::pow(2.0, failed_starts - 1));
}

}  // namespace

Crew::Crew(CrewPlan plan) : plan_(std::move(plan)) {
  for (int i = 0; i < plan_.workers; ++i) {
    free_.push_back(std::make_unique<Place>());
  }
  try {
    start_first(*free_.back());
  } catch (const core::Error& error) {
    throw core::ConfigError(plan_.where + ": " + error.what());
  }
}

void Crew::start_first(Place& place) {
  for (std::size_t i = 0; i < plan_.confinements.size(); ++i) {
    confinement_ = plan_.confinements[i];
    try {
      const auto started = Clock::now();
      start(place, started + to_duration(plan_.start_s));
      hello_ = place.hello;
      start_took_s_ = std::chrono::duration<double>(Clock::now() - started).count();
      return;
    } catch (const IsolationError& refused) {
      if (i + 1 == plan_.confinements.size()) {
        throw core::ConfigError(std::string("the isolation that is asked for ") + refused.what());
      }
    }
  }
}

void Crew::start(Place& place, Clock::time_point deadline) {
  auto worker = std::make_unique<Worker>(launcher_.launch(plan_.launch, confinement_), plan_.limits);
  std::string line;
  if (const auto failed = worker->ask(plan_.hello + "\n", deadline, line)) {
    throw core::Error(failed->reason + ", before its hello");
  }
  place.hello = read_hello(std::move(line), "the scorer's process");
  place.worker = std::move(worker);
}

std::shared_ptr<Place> Crew::take(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_until(lock, until, [this] { return !free_.empty(); })) {
    return nullptr;
  }
  Place* const place = free_.back().release();
  free_.pop_back();
  return {place, [this](Place* back) {
            {
              const std::lock_guard guard(mutex_);
              free_.emplace_back(back);
            }
            freed_.notify_one();
          }};
}

std::optional<Failed> Crew::fill(Place& place, Clock::time_point until) {
  if (place.worker && place.worker->is_out_of_step()) {
    place.worker.reset();
  }
  while (!place.worker) {
    const bool is_given_up = place.failed_starts > plan_.max_restarts;
    if (Clock::now() < place.next_start && (is_given_up || place.next_start >= until)) {
      return Failed{Status::kError,
                    "the scorer's process did not start " + std::to_string(place.failed_starts) +
                        " times in a row; it is tried again in a few seconds",
                    false};
    }
    std::this_thread::sleep_until(place.next_start);
    try {
      start(place, std::min(until, Clock::now() + to_duration(plan_.start_s)));
      place.failed_starts = 0;
    } catch (const std::exception& error) {
      if (Clock::now() >= until) {  // that cut the start short: it says nothing about the worker
        return Failed{Status::kTimeout, "no time was left to start a worker of the scorer", false};
      }
      ++place.failed_starts;
      place.next_start = Clock::now() + to_duration(back_off_s(place.failed_starts));
      if (place.failed_starts > plan_.max_restarts) {
        return Failed{Status::kError, error.what(), false};
      }
    }
  }
  return std::nullopt;
}

}  // namespace hone::rewards::plugins
