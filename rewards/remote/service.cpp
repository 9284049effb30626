#include "rewards/remote/service.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/http_client.h"
#include "core/random.h"
#include "rewards/readable.h"
#include "rewards/remote/breaker.h"
#include "rewards/remote/rate.h"
#include "rewards/remote/retry_after.h"
#include "rewards/remote/turns.h"

namespace hone::rewards {
namespace {

using Instant = TimeSource::Instant;

constexpr double kFirstBackoff = 0.5;       // seconds; doubled with each attempt
constexpr std::size_t kExcerptBytes = 300;  // of a refusal's body, in a message

/// Scorers' options stand at "file: path", an error's key below it.
std::string key_place(const ScorerSetting& setting, const char* key) {
  return setting.where + (setting.where.find(": ") == std::string::npos ? ": " : ".") + key;
}

std::string read_key(const RemoteOptions& options, const ScorerSetting& setting) {
  if (options.api_key_env.empty()) {
    return "";
  }
  const auto key = setting.environment ? setting.environment(options.api_key_env) : std::nullopt;
  if (!key || key->empty()) {
    throw core::ConfigError(key_place(setting, "api_key_env") + " is " + options.api_key_env +
                            ", but no such variable is set in the environment");
  }
  // A key out of a file often ends in a newline; within one, it is no key.
  std::string text = *key;
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= 0x20 || c >= 0x7F; }) || text.empty()) {
    throw core::ConfigError(key_place(setting, "api_key_env") + " is " + options.api_key_env +
                            ", whose value holds spaces, line breaks or other characters that no key has");
  }
  return text;
}

core::HttpOptions http_options(const RemoteOptions& options, const ScorerSetting& setting) {
  core::HttpOptions http;
  http.connect_timeout_s = options.connect_timeout_s;
  http.most_idle_connections = static_cast<std::size_t>(options.max_in_flight);
  if (!options.ca_file.empty()) {
    http.ca_file = (setting.folder / options.ca_file).string();
  }
  return http;
}

double seconds_until(Instant deadline, Instant now) {
  return deadline == Instant::max() ? 1e9 : std::chrono::duration<double>(deadline - now).count();
}

}  // namespace

struct RemoteService::State {
  State(const RemoteOptions& the_options, const ScorerSetting& setting, TimeSource the_time)
      : options(the_options),
        time(std::move(the_time)),
        url(core::parse_url(options.url, key_place(setting, "url"))),
        key(read_key(options, setting)),
        seed(setting.seed),
        client(url, http_options(options, setting)),
        turns(options.max_in_flight),
        requests(options.requests_per_minute),
        tokens(options.tokens_per_minute),
        breaker(options.breaker_failures, options.breaker_pause_s) {}

  const RemoteOptions options;
  const TimeSource time;
  const core::Url url;
  const std::string key;
  const std::uint64_t seed;
  const core::HttpClient client;
  Turns turns;
  Rate requests;
  Rate tokens;
  Breaker breaker;

  void wait_for_turn(const RemoteRequest& request, Instant deadline);
  void pause(double seconds_wanted, Instant deadline);
  Attempt attempt(const RemoteRequest& request, Instant deadline);
  [[nodiscard]] double backoff_s(const RemoteRequest& request, int attempt, std::optional<double> asked_s) const;
  [[nodiscard]] std::string target(std::string_view path) const;
  [[nodiscard]] std::string without_key(std::string text) const;
};

/// What came of one request.
struct RemoteService::Attempt {
  std::optional<std::string> body;  // of success
  bool may_retry = false;
  Status status = Status::kError;
  int http_status = 0;
  std::string reason;
  std::optional<double> retry_after_s;
};

std::string RemoteService::State::target(std::string_view path) const {
  const std::size_t question = url.target.find('?');
  std::string base = url.target.substr(0, question);
  if (!path.empty()) {
    while (base.ends_with('/')) {
      base.pop_back();
    }
    base += path;
  }
  return question == std::string::npos ? base : base + url.target.substr(question);
}

/// Services quote in a refusal what they refuse.
std::string RemoteService::State::without_key(std::string text) const {
  for (std::size_t at = 0; !key.empty() && (at = text.find(key, at)) != std::string::npos;) {
    text.replace(at, key.size(), "[key]");
  }
  return text;
}

void RemoteService::State::pause(double seconds_wanted, Instant deadline) {
  if (seconds_wanted <= 0) {
    return;
  }
  if (seconds_wanted > seconds_until(deadline, time.now())) {
    throw RemoteError(Status::kTimeout, 0, "the time was up before the service could be asked again");
  }
  time.pause(seconds_wanted);
}

void RemoteService::State::wait_for_turn(const RemoteRequest& request, Instant deadline) {
  const double most_s = std::min(options.most_wait_s, seconds_until(deadline, time.now()));
  const auto for_request = requests.take(1.0, time.now(), most_s);
  if (!for_request) {
    throw RemoteError(Status::kTimeout, 0, "requests_per_minute gave no turn in " + std::to_string(most_s) + " s");
  }
  const auto for_tokens = tokens.take(request.tokens, time.now(), most_s);
  if (!for_tokens) {
    requests.give_back(1.0);
    throw RemoteError(Status::kTimeout, 0, "tokens_per_minute gave no turn in " + std::to_string(most_s) + " s");
  }
  pause(std::max(*for_request, *for_tokens), deadline);
}

RemoteService::Attempt RemoteService::State::attempt(const RemoteRequest& request, Instant deadline) {
  core::HttpHeaders headers;
  if (!key.empty()) {
    headers.emplace_back("Authorization", "Bearer " + key);
  }
  if (!request.key.empty()) {
    headers.emplace_back("Idempotency-Key", request.key);
  }
  Attempt attempt;
  try {
    const double timeout_s = std::min(options.timeout_s, seconds_until(deadline, time.now()));
    core::HttpResponse response = client.post(target(request.path), request.body, headers, timeout_s);
    attempt.http_status = response.status;
    if (response.status >= 200 && response.status < 300) {
      // What a service sends back goes into notes, pages and caches. A key this short would be found in any text.
      constexpr std::size_t kShortestKey = 8;
      attempt.body = key.size() < kShortestKey ? std::move(response.body) : without_key(std::move(response.body));
      return attempt;
    }
    attempt.may_retry = response.status == 429 || response.status >= 500;
    // The key is taken out before the cut, which might leave a part of it.
    attempt.reason = "the service answered " + std::to_string(response.status) + ": " +
                     readable(without_key(std::move(response.body)).substr(0, kExcerptBytes));
    if (const auto wait = response.header("Retry-After")) {
      attempt.retry_after_s = retry_after_s(*wait, time.wall_now());
    }
  } catch (const core::HttpError& error) {
    attempt.may_retry = true;
    attempt.status = error.kind() == core::HttpError::Kind::kTimeout ? Status::kTimeout : Status::kError;
    attempt.reason = readable(without_key(error.what()));
  }
  return attempt;
}

/// Full jitter: anything from 0 to the bound that doubles, so that clients who failed together do not come back
/// together. Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
double RemoteService::State::backoff_s(const RemoteRequest& request, int attempt, std::optional<double> asked_s) const {
  core::RandomStream stream(seed, "remote/backoff", static_cast<std::uint64_t>(attempt),
                            core::stable_hash(request.body));
  const double bound = std::min(options.most_backoff_s, kFirstBackoff * std::pow(2.0, attempt));
  const double drawn = stream.uniform() * bound;
  return std::min(options.most_backoff_s, std::max(drawn, asked_s.value_or(0.0)));
}

RemoteService::RemoteService(const RemoteOptions& options, const ScorerSetting& setting, TimeSource time)
    : state_(std::make_unique<State>(options, setting, std::move(time))) {}

RemoteService::~RemoteService() = default;

double RemoteService::longest_s() const {
  const RemoteOptions& options = state_->options;
  return options.attempts * options.timeout_s + (options.attempts - 1) * options.most_backoff_s + options.most_wait_s;
}

void RemoteService::settle_tokens(double announced, double taken) const {
  state_->tokens.give_back(announced - taken);
}

RemoteReply RemoteService::post(const RemoteRequest& request) const {
  State& state = *state_;
  const Instant deadline = std::min(request.deadline, state.time.now() + seconds(longest_s()));
  if (!state.turns.take(
          std::min(state.options.most_wait_s, std::max(0.0, seconds_until(deadline, state.time.now()))))) {
    throw RemoteError(Status::kTimeout, 0, "max_in_flight requests were under way all the while");
  }
  struct GiveBack {
    Turns& turns;
    ~GiveBack() { turns.give_back(); }
  } const give_back{state.turns};
  for (int number = 1;; ++number) {
    state.wait_for_turn(request, deadline);
    if (!state.breaker.lets_through(state.time.now())) {
      throw RemoteError(Status::kError, 0, state.breaker.complaint());
    }
    Attempt attempt = state.attempt(request, deadline);
    const bool is_well = attempt.body || (attempt.http_status != 0 && attempt.http_status < 500);
    is_well ? state.breaker.succeeded() : state.breaker.failed(state.time.now(), attempt.reason);
    if (attempt.body) {
      return {std::move(*attempt.body), number};
    }
    if (!attempt.may_retry || number >= state.options.attempts) {
      const std::string tries = number > 1 ? " (" + std::to_string(number) + " attempts)" : "";
      throw RemoteError(attempt.status, attempt.http_status, attempt.reason + tries);
    }
    state.pause(state.backoff_s(request, number, attempt.retry_after_s), deadline);
  }
}

}  // namespace hone::rewards
