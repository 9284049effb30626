#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "core/http_client.h"

namespace hone::core::http {

using Deadline = std::chrono::steady_clock::time_point;

/// What certificates are verified against; shared by a client's connections.
class TlsContext;
struct DeleteTlsContext {
  void operator()(TlsContext* context) const;
};
using TlsContextPointer = std::unique_ptr<TlsContext, DeleteTlsContext>;

/// Throws ConfigError when the file of certificates cannot be read.
[[nodiscard]] TlsContextPointer make_tls_context(const std::string& ca_file);

struct Request {
  std::string_view target;
  std::string_view body;
  const HttpHeaders* headers = nullptr;
};

/// One connection to a server: a request and its response at a time. Its sockets and timers are driven by the thread
/// that calls, so there is no thread to leak and none to wait for.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// Throws HttpError; then the connection is of no more use.
  [[nodiscard]] virtual HttpResponse exchange(const Request& request, Deadline deadline) = 0;
  /// After an exchange: the server keeps it open for another.
  [[nodiscard]] virtual bool is_kept() const = 0;
  /// Before an exchange: whether the server has closed it meanwhile, or said something that nobody asked for.
  [[nodiscard]] virtual bool is_stale() = 0;
  /// After a failed exchange: the server closed the connection before the first byte of a response.
  [[nodiscard]] virtual bool closed_unanswered() const = 0;
};

/// Looks up, connects, and with TLS verifies the certificate and its host name. Throws HttpError.
[[nodiscard]] std::unique_ptr<Connection> connect(const Url& url, const HttpOptions& options, TlsContext* tls,
                                                  Deadline deadline);

}  // namespace hone::core::http
