#include "rewards/plugins/process.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>

#include "rewards/plugins/command.h"
#include "rewards/plugins/crew.h"

namespace hone::rewards {
namespace {

using plugins::Confinement;
using plugins::Failed;
using Clock = std::chrono::steady_clock;

Clock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

std::vector<Confinement> confinements(Isolation isolation) {
  switch (isolation) {
    case Isolation::kRequired:
      return {Confinement::kNamespacesAndMounts};
    case Isolation::kBestEffort:
      return {Confinement::kNamespacesAndMounts, Confinement::kNamespaces, Confinement::kNone};
    case Isolation::kNone:
      break;
  }
  return {Confinement::kNone};
}

plugins::CrewPlan crew_plan(const ProcessOptions& options, const ScorerSetting& setting) {
  return {.launch = plugins::launch_plan(options, setting),
          .confinements = confinements(options.isolation),
          .limits = {.most_line_bytes = static_cast<std::size_t>(options.max_line_mb) << 20,
                     .processor_s = options.processor_s},
          .hello = plugins::hello_line(options.options),
          .where = setting.where,
          .start_s = options.start_s,
          .workers = options.workers,
          .max_restarts = options.max_restarts};
}

/// A worker that writes ahead cannot name the request that it wants to answer. 53 bits: every language's numbers hold
/// them. It decides nothing of a score, so it needs no named stream.
std::uint64_t unguessable_id() {
  thread_local std::random_device device;
  return ((static_cast<std::uint64_t>(device()) << 32U) | device()) >> 11U;
}

}  // namespace

struct Process::State {
  State(const ProcessOptions& the_options, const ScorerSetting& setting)
      : options(the_options), crew(crew_plan(the_options, setting)) {}

  ProcessOptions options;
  plugins::Crew crew;

  [[nodiscard]] std::size_t batch() const;
  [[nodiscard]] double deadline_s(std::size_t answers) const;
  [[nodiscard]] double longest_s() const;
  void score(std::span<const Asked> asked, std::span<Score> scores);
  [[nodiscard]] std::optional<Failed> attempt(plugins::Place& place, std::span<const Asked> asked,
                                              std::span<Score> scores, Clock::time_point until);
  [[nodiscard]] std::optional<Failed> ask(plugins::Place& place, std::span<const Asked> asked, std::span<Score> scores,
                                          Clock::time_point until);
};

std::size_t Process::State::batch() const {
  const std::size_t liked = crew.first_hello().batch;
  const auto most = static_cast<std::size_t>(options.batch);
  return liked == 0 ? most : std::min(liked, most);
}

double Process::State::deadline_s(std::size_t answers) const {
  return options.deadline_s + options.deadline_per_answer_s * static_cast<double>(answers);
}

/// By default enough to find three answers of a batch on which the scorer hangs: each costs the deadlines of a batch,
/// of its half, and so on to itself, and a start after each.
double Process::State::longest_s() const {
  if (options.longest_s > 0.0) {
    return options.longest_s;
  }
  const auto halvings = static_cast<double>(std::bit_width(batch()));
  const double one = (halvings + 1.0) * (options.deadline_s + 2.0 * crew.start_took_s()) +
                     2.0 * options.deadline_per_answer_s * static_cast<double>(batch());
  return 3.0 * one;
}

void Process::State::score(std::span<const Asked> asked, std::span<Score> scores) {
  const auto place = crew.take(Clock::now() + to_duration(longest_s()));
  if (!place) {
    std::fill(scores.begin(), scores.end(), failure(Status::kTimeout, "no worker of the scorer was free in time"));
    return;
  }
  Clock::time_point until = Clock::now() + to_duration(longest_s());
  for (const Asked& one : asked) {
    until = std::min(until, one.answer.deadline);
  }
  for (std::size_t first = 0; first < asked.size(); first += batch()) {
    const std::size_t count = std::min(batch(), asked.size() - first);
    plugins::score_by_halves(
        asked.subspan(first, count), scores.subspan(first, count),
        [&](std::span<const Asked> some, std::span<Score> theirs) { return attempt(*place, some, theirs, until); });
  }
}

/// One that fails alone on a worker that answered others before is asked again on a fresh one: what brought the worker
/// down may have been the one before.
std::optional<Failed> Process::State::attempt(plugins::Place& place, std::span<const Asked> asked,
                                              std::span<Score> scores, Clock::time_point until) {
  while (true) {
    if (Clock::now() >= until) {
      return Failed{Status::kTimeout, "no time was left for it: others of its batch held the scorer up", false};
    }
    if (auto failed = crew.fill(place, until)) {
      return failed;
    }
    const bool was_fresh = place.worker->is_fresh();
    auto failed = ask(place, asked, scores, until);
    if (!failed || asked.size() > 1 || was_fresh || !failed->halving_helps) {
      return failed;
    }
  }
}

std::optional<Failed> Process::State::ask(plugins::Place& place, std::span<const Asked> asked, std::span<Score> scores,
                                          Clock::time_point until) {
  const std::uint64_t id = unguessable_id();
  place.request.clear();
  plugins::append_request(place.request, id, asked, place.hello.fields);
  place.request += '\n';
  const Clock::time_point deadline = Clock::now() + to_duration(deadline_s(asked.size()));
  auto failed = place.worker->ask(place.request, std::min(deadline, until), place.reply);
  if (failed && failed->status == Status::kTimeout && until < deadline) {
    failed->halving_helps = false;
  }
  if (!failed) {
    if (auto complaint = plugins::read_reply(place.reply, id, plugins::NeedsId::kYes, asked, scores)) {
      failed = Failed{Status::kError, *complaint + place.worker->last_words()};
    }
  }
  if (failed) {
    place.worker.reset();
  }
  return failed;
}

Process::Process(const ProcessOptions& options, const ScorerSetting& setting)
    : state_(std::make_unique<State>(options, setting)) {}

Process::~Process() = default;

Score Process::score(const datasets::Question& question, const Answer& answer) const {
  const Asked one{&question, answer};
  return std::move(score_batch({&one, 1}).front());
}

std::vector<Score> Process::score_batch(std::span<const Asked> asked) const {
  std::vector<Score> scores(asked.size());
  state_->score(asked, scores);
  const Confinement confinement = state_->crew.confinement();
  if (state_->options.isolation == Isolation::kBestEffort && confinement != Confinement::kNamespacesAndMounts) {
    for (Score& score : scores) {
      score.notes.emplace_back("isolation", plugins::confinement_text(confinement));
    }
  }
  return scores;
}

Calls Process::calls() const {
  return {.batch = state_->batch(), .threads = state_->options.workers, .longest_s = 2.0 * state_->longest_s()};
}

bool Process::judges_reasoning() const {
  return state_->options.judges_reasoning;
}

std::string Process::confinement() const {
  return plugins::confinement_text(state_->crew.confinement());
}

}  // namespace hone::rewards
