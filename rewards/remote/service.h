#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"
#include "rewards/registry.h"
#include "rewards/remote/options.h"
#include "rewards/remote/time_source.h"
#include "rewards/scorer.h"

namespace hone::rewards {

/// The service did not do what it was asked for, after all patience. The message never holds the key.
class RemoteError : public core::Error {
 public:
  RemoteError(Status status, int http_status, const std::string& message)
      : Error(message), status_(status), http_status_(http_status) {}
  [[nodiscard]] Status status() const noexcept { return status_; }  // kTimeout or kError
  /// Of the last response; 0 where there was none.
  [[nodiscard]] int http_status() const noexcept { return http_status_; }

 private:
  Status status_;
  int http_status_;
};

struct RemoteRequest {
  std::string_view path;  // added to the URL's own
  std::string_view body;  // JSON
  std::string_view key;   // names the request, the same for all attempts: the header Idempotency-Key
  double tokens = 0.0;    // that it may take, for the limit by the minute
  TimeSource::Instant deadline = TimeSource::Instant::max();
};

struct RemoteReply {
  std::string body;
  int attempts = 1;
};

/// Posts JSON to a service: tries again, with growing random pauses, when nothing came back, on 429 and on 5xx; keeps
/// to limits; leaves alone what fails time after time. Safe from several threads, each of which waits for its reply.
class RemoteService {
 public:
  /// Reads the key. Throws ConfigError for a URL or a file of certificates that cannot be used, and when the variable
  /// that should hold the key is not set.
  RemoteService(const RemoteOptions& options, const ScorerSetting& setting, TimeSource time = real_time());
  RemoteService(const RemoteService&) = delete;
  RemoteService& operator=(const RemoteService&) = delete;
  ~RemoteService();

  /// The reply's body, of a status 2xx. Throws RemoteError.
  [[nodiscard]] RemoteReply post(const RemoteRequest& request) const;
  /// Tells the limit by the minute how many tokens a request took that was announced with another number.
  void settle_tokens(double announced, double taken) const;
  /// No call of post takes longer: all attempts, all pauses and the wait for a turn.
  [[nodiscard]] double longest_s() const;

 private:
  struct State;
  struct Attempt;
  std::unique_ptr<State> state_;
};

}  // namespace hone::rewards
