#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace hone::core {

/// "https://host:8443/v1/score" in its parts.
struct Url {
  bool is_https = false;
  std::string host;
  std::string port;    // "80" and "443" where none is written
  std::string target;  // begins with "/"
};

/// Throws ConfigError, beginning with `where`, for another scheme than http and https, a user name in it, or no host.
[[nodiscard]] Url parse_url(std::string_view text, const std::string& where);

struct HttpOptions {
  double connect_timeout_s = 5.0;            // name look-up, TCP and TLS together
  std::size_t most_body_bytes = 16 << 20;    // of a response
  std::size_t most_header_bytes = 64 << 10;  // of a response
  std::size_t most_idle_connections = 64;    // kept for the next request
  std::string ca_file = {};                  // certificates to trust, PEM; empty: the system's
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  /// Its value, by a name in any case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// No response came: look-up, connection, TLS, a reset, a timeout, a response that is no HTTP or too large.
class HttpError : public Error {
 public:
  enum class Kind { kConnect, kTls, kTimeout, kTransport, kTooLarge, kMalformed };
  HttpError(Kind kind, const std::string& message) : Error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// Requests to one server over connections that are kept alive. Certificates and host names are verified, always. Safe
/// to use from several threads; each request blocks its caller until the response is there or the time is up.
class HttpClient {
 public:
  HttpClient(Url base, HttpOptions options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Any status is a response. One request a call: a kept connection that the server closed meanwhile is replaced
  /// silently only if nothing of a response was read. Throws HttpError, whose message holds no header's value.
  [[nodiscard]] HttpResponse post(std::string_view target, std::string_view body, const HttpHeaders& headers,
                                  double timeout_s) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hone::core
