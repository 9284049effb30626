#include "rewards/pool.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "rewards/readable.h"

namespace hone::rewards {
namespace {

using Clock = std::chrono::steady_clock;

// With more threads than this held by scorers that hang, the rest is refused instead of leaking without end.
constexpr int kMostThreadsHanging = 64;

enum class Stage { kQueued, kRunning, kFinished };

struct Job {
  Submission submission;
  Stage stage = Stage::kQueued;
  bool leads_batch = false;  // the first of those that are scored in one call
  Clock::time_point started;
  Clock::time_point deadline;
  Scored result;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Clock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

Asked asked_of(const Job& job) {
  const Submission& submission = job.submission;
  return {submission.question.get(),
          {submission.text, submission.truncated, job.deadline, submission.tokens, submission.uid, submission.group}};
}

/// One score a job, whatever the scorer does.
std::vector<Score> run_scorer(const Scorer& scorer, const std::vector<std::shared_ptr<Job>>& jobs) {
  std::vector<Asked> asked;
  asked.reserve(jobs.size());
  for (const auto& job : jobs) {
    asked.push_back(asked_of(*job));
  }
  if (jobs.size() == 1) {
    return {score_safely(scorer, asked.front())};
  }
  std::string complaint;
  try {
    std::vector<Score> scores = scorer.score_batch(asked);
    if (scores.size() == jobs.size()) {
      for (Score& score : scores) {
        score = finite_or_error(std::move(score));
      }
      return scores;
    }
    complaint =
        "the scorer gave " + std::to_string(scores.size()) + " scores for " + std::to_string(jobs.size()) + " answers";
  } catch (const std::exception& error) {
    complaint = readable(error.what());
  } catch (...) {
    complaint = "the scorer threw something that is no std::exception";
  }
  return std::vector<Score>(jobs.size(), failure(Status::kError, complaint));
}

}  // namespace

/// What the workers share with the pool; each worker holds it, so nothing dangles when the pool leaves one behind.
struct ScoringPool::State {
  State(std::shared_ptr<const Scorer> the_scorer, const PoolOptions& the_options)
      : scorer(std::move(the_scorer)), options(the_options), calls(scorer->calls()) {}

  const std::shared_ptr<const Scorer> scorer;
  const PoolOptions options;
  const Calls calls;
  boost::asio::thread_pool threads{0};  // holds none itself: detached ones attach, for its own are joined without limit

  mutable std::mutex mutex;  // guards all below
  std::condition_variable changed;
  std::deque<std::shared_ptr<Job>> queue;
  std::vector<std::shared_ptr<Job>> jobs;  // submitted and not collected
  int live_threads = 0;
  PoolCounters counters;

  [[nodiscard]] int threads_wanted() const { return std::max(options.threads, calls.threads); }
  /// One that ends its calls by itself is only given up when it fails to.
  [[nodiscard]] double patience_s() const { return std::max(options.deadline_s, calls.longest_s * 1.1); }
  std::vector<std::shared_ptr<Job>> take_batch();
  static void start_thread(const std::shared_ptr<State>& state);
  void score_next();
  void finish(Job& job, Score score, double seconds);
  void give_up_overdue();
  void refuse_queue();
  static void replace_hanging_threads(const std::shared_ptr<State>& state);
};

void ScoringPool::State::start_thread(const std::shared_ptr<State>& state) {
  ++state->live_threads;
  std::thread([state]() mutable {
    state->threads.attach();
    const std::lock_guard lock(state->mutex);
    --state->live_threads;
    state->changed.notify_all();
  }).detach();
}

/// With the mutex held: what is waiting, up to the scorer's batch; nothing where another thread took it.
std::vector<std::shared_ptr<Job>> ScoringPool::State::take_batch() {
  std::vector<std::shared_ptr<Job>> batch;
  const Clock::time_point now = Clock::now();
  while (!queue.empty() && batch.size() < std::max<std::size_t>(1, calls.batch)) {
    const auto& job = batch.emplace_back(std::move(queue.front()));
    queue.pop_front();
    job->stage = Stage::kRunning;
    job->leads_batch = batch.size() == 1;
    job->started = now;
    job->deadline = now + to_duration(patience_s());
  }
  return batch;
}

void ScoringPool::State::score_next() {
  std::unique_lock lock(mutex);
  const auto batch = take_batch();
  if (batch.empty()) {
    return;
  }
  const Clock::time_point started = batch.front()->started;
  lock.unlock();

  std::vector<Score> scores = run_scorer(*scorer, batch);
  const double seconds = seconds_since(started);

  lock.lock();
  if (batch.front()->stage == Stage::kFinished) {
    --counters.threads_hanging;  // given up meanwhile, but the thread is back
    return;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const bool is_late = seconds > patience_s();
    finish(*batch[i], is_late ? failure(Status::kTimeout, "scoring passed its deadline") : std::move(scores[i]),
           seconds / static_cast<double>(batch.size()));
  }
  changed.notify_all();
}

/// With the mutex held.
void ScoringPool::State::finish(Job& job, Score score, double seconds) {
  job.stage = Stage::kFinished;
  job.result = {job.submission.ticket, std::move(score), seconds};
  ++counters.scored;
  counters.errors += job.result.score.status == Status::kError ? 1 : 0;
  counters.timeouts += job.result.score.status == Status::kTimeout ? 1 : 0;
  counters.usage += job.result.score.usage;
  counters.busy_s += seconds;
  counters.slowest_s = std::max(counters.slowest_s, seconds);
}

/// With the mutex held: ends jobs that run past their deadline.
void ScoringPool::State::give_up_overdue() {
  const Clock::time_point now = Clock::now();
  for (const auto& job : jobs) {
    if (job->stage == Stage::kRunning && now > job->deadline) {
      finish(*job, failure(Status::kTimeout, "scoring passed its deadline"), patience_s());
      counters.threads_hanging += job->leads_batch ? 1 : 0;
    }
  }
}

/// With the mutex held.
void ScoringPool::State::replace_hanging_threads(const std::shared_ptr<State>& state) {
  const auto useful = [&] { return state->live_threads - state->counters.threads_hanging; };
  while (useful() < state->threads_wanted() && state->counters.threads_hanging <= kMostThreadsHanging) {
    start_thread(state);
  }
  if (useful() == 0) {
    state->refuse_queue();
  }
}

/// With the mutex held.
void ScoringPool::State::refuse_queue() {
  for (const auto& job : queue) {
    finish(*job,
           failure(Status::kError, "no scoring thread is left: " + std::to_string(counters.threads_hanging) + " hang"),
           0.0);
  }
  queue.clear();
}

ScoringPool::ScoringPool(std::shared_ptr<const Scorer> scorer, const PoolOptions& options)
    : state_(std::make_shared<State>(std::move(scorer), options)) {
  const std::lock_guard lock(state_->mutex);
  for (int i = 0; i < state_->threads_wanted(); ++i) {
    State::start_thread(state_);
  }
}

ScoringPool::~ScoringPool() {
  std::unique_lock lock(state_->mutex);
  state_->queue.clear();
  state_->threads.stop();
  state_->changed.wait_for(lock, to_duration(state_->options.grace_s), [&] { return state_->live_threads == 0; });
}

void ScoringPool::submit(Submission submission) {
  auto job = std::make_shared<Job>();
  job->submission = std::move(submission);
  {
    const std::lock_guard lock(state_->mutex);
    state_->jobs.push_back(job);
    state_->queue.push_back(std::move(job));
  }
  // A plain pointer: what is posted lives in the state's own thread pool, where a shared one would close a circle.
  boost::asio::post(state_->threads, [state = state_.get()] { state->score_next(); });
}

std::vector<Scored> ScoringPool::collect() {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  const auto is_finished = [](const auto& job) { return job->stage == Stage::kFinished; };
  while (!std::all_of(state.jobs.begin(), state.jobs.end(), is_finished)) {
    state.give_up_overdue();
    State::replace_hanging_threads(state_);
    if (std::all_of(state.jobs.begin(), state.jobs.end(), is_finished)) {
      break;
    }
    Clock::time_point wake = Clock::now() + std::chrono::milliseconds(100);
    for (const auto& job : state.jobs) {
      wake = job->stage == Stage::kRunning ? std::min(wake, job->deadline + std::chrono::milliseconds(1)) : wake;
    }
    state.changed.wait_until(lock, wake);
  }
  std::vector<Scored> results;
  results.reserve(state.jobs.size());
  for (const auto& job : state.jobs) {
    results.push_back(std::move(job->result));
  }
  state.jobs.clear();
  std::sort(results.begin(), results.end(),
            [](const Scored& left, const Scored& right) { return left.ticket < right.ticket; });
  return results;
}

PoolCounters ScoringPool::counters() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counters;
}

}  // namespace hone::rewards
