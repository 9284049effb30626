#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/http_server/certificate.h"

/// A small HTTP server on 127.0.0.1 that misbehaves as it is told, for the tests of what asks services.
namespace testing {

struct HttpRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::uint64_t number = 0;      // from 1, in the server's life
  std::uint64_t connection = 0;  // from 1

  /// Its value, by a name in lower case; empty where there is none.
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// How a reply goes wrong.
enum class Fault {
  kNone,
  kReset,         // a TCP reset instead of a reply
  kClose,         // the connection is closed instead of a reply
  kCloseMidBody,  // half of the body, then the connection is closed
  kGarbage,       // bytes that are no HTTP
  kSilent,        // nothing, until the client gives up
  kDrip,          // a byte each 20 ms, without end
  kHugeHeader,    // headers without end
};

struct HttpReply {
  int status = 200;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  Fault fault = Fault::kNone;
  int delay_ms = 0;
  bool is_chunked = false;
  bool closes = false;  // after it, though it does not say so
};

using HttpHandler = std::function<HttpReply(const HttpRequest& request)>;

/// Accepts until it is destroyed, on one thread, and serves each connection on a thread of its own. The handler is
/// called from these at once.
class HttpServer {
 public:
  explicit HttpServer(HttpHandler handler, std::optional<Certificate> certificate = std::nullopt);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] int port() const;
  /// "http://127.0.0.1:40123", or https.
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const;
  [[nodiscard]] std::uint64_t requests() const;
  [[nodiscard]] std::uint64_t connections() const;  // accepted so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace testing
