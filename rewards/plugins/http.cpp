#include "rewards/plugins/http.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>

#include "core/random.h"
#include "rewards/plugins/halving.h"
#include "rewards/remote/service.h"

namespace hone::rewards {
namespace {

using plugins::Failed;
using Clock = std::chrono::steady_clock;

/// The same for all attempts of a request, and for no other's: what it holds names its answers.
std::string request_key(const std::string& body) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%016llx%016llx",
                                 static_cast<unsigned long long>(core::stable_hash(body, 1)),
                                 static_cast<unsigned long long>(core::stable_hash(body, 2)));
  return {text.data(), static_cast<std::size_t>(size)};
}

/// The service refused this request, not requests as such.
bool is_about_content(int http_status) {
  return http_status == 400 || http_status == 413 || http_status == 422;
}

}  // namespace

struct HttpScorer::State {
  State(const HttpScorerOptions& the_options, const ScorerSetting& setting)
      : options(the_options), service(the_options, setting) {}

  HttpScorerOptions options;
  RemoteService service;
  std::atomic<std::uint64_t> last_id{0};

  [[nodiscard]] std::size_t batch() const {
    return options.shape == plugins::HttpShape::kSlime ? 1 : static_cast<std::size_t>(options.batch);
  }
  /// A request with all patience, and as much again for its halves.
  [[nodiscard]] double longest_s() const { return 2.0 * service.longest_s(); }
  [[nodiscard]] std::optional<Failed> attempt(std::span<const Asked> asked, std::span<Score> scores,
                                              Clock::time_point until);
};

std::optional<Failed> HttpScorer::State::attempt(std::span<const Asked> asked, std::span<Score> scores,
                                                 Clock::time_point until) {
  if (Clock::now() >= until) {
    return Failed{Status::kTimeout, "no time was left to ask the service for it", false};
  }
  const std::uint64_t id = ++last_id;
  const std::string body =
      plugins::request_body(options.shape, options.shape == plugins::HttpShape::kHone ? id : 0, asked);
  const std::string key = request_key(body);
  try {
    RemoteRequest request;
    request.body = body;
    request.key = key;
    request.deadline = until;
    auto reply = service.post(request);
    auto complaint = plugins::read_body({options.shape, options.reward_key}, std::move(reply.body), id, asked, scores);
    return complaint ? std::optional<Failed>({Status::kError, *complaint}) : std::nullopt;
  } catch (const RemoteError& error) {
    return Failed{error.status(), error.what(), is_about_content(error.http_status())};
  }
}

HttpScorer::HttpScorer(const HttpScorerOptions& options, const ScorerSetting& setting)
    : state_(std::make_unique<State>(options, setting)) {}

HttpScorer::~HttpScorer() = default;

Score HttpScorer::score(const datasets::Question& question, const Answer& answer) const {
  const Asked one{&question, answer};
  return std::move(score_batch({&one, 1}).front());
}

std::vector<Score> HttpScorer::score_batch(std::span<const Asked> asked) const {
  std::vector<Score> scores(asked.size());
  Clock::time_point until =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(state_->longest_s()));
  for (const Asked& one : asked) {
    until = std::min(until, one.answer.deadline);
  }
  for (std::size_t first = 0; first < asked.size(); first += state_->batch()) {
    const std::size_t count = std::min(state_->batch(), asked.size() - first);
    plugins::score_by_halves(
        asked.subspan(first, count), std::span(scores).subspan(first, count),
        [&](std::span<const Asked> some, std::span<Score> theirs) { return state_->attempt(some, theirs, until); });
  }
  return scores;
}

Calls HttpScorer::calls() const {
  return {.batch = state_->batch(), .threads = state_->options.max_in_flight, .longest_s = state_->longest_s()};
}

bool HttpScorer::judges_reasoning() const {
  return state_->options.judges_reasoning;
}

}  // namespace hone::rewards
