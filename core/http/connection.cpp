#include "core/http/connection.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <string>
#include <utility>

#include "core/http/resolve.h"
#include "core/version.h"

namespace hone::core::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;

class TlsContext {
 public:
  ssl::context context{ssl::context::tls_client};
};

void DeleteTlsContext::operator()(TlsContext* context) const {
  delete context;
}

TlsContextPointer make_tls_context(const std::string& ca_file) {
  TlsContextPointer tls(new TlsContext);
  boost::system::error_code error;
  tls->context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                           ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  tls->context.set_verify_mode(ssl::verify_peer);
  if (ca_file.empty()) {
    tls->context.set_default_verify_paths(error);
  } else {
    tls->context.load_verify_file(ca_file, error);
  }
  if (error) {
    throw ConfigError((ca_file.empty() ? "the system's certificates" : ca_file) +
                      ": cannot be read as certificates in PEM: " + error.message());
  }
  return tls;
}

namespace {

using Kind = HttpError::Kind;
using Error = boost::system::error_code;
using Plain = beast::tcp_stream;
using Tls = ssl::stream<beast::tcp_stream>;

constexpr int kMostInterimResponses = 8;

Kind kind_of(const Error& error, Kind otherwise) {
  namespace http = beast::http;
  if (error == beast::error::timeout) {
    return Kind::kTimeout;
  }
  if (error == http::error::body_limit || error == http::error::header_limit || error == http::error::buffer_overflow) {
    return Kind::kTooLarge;
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return Kind::kMalformed;
  }
  return error.category() == asio::error::get_ssl_category() ? Kind::kTls : otherwise;
}

[[noreturn]] void fail(const Error& error, Kind otherwise, const std::string& doing) {
  const Kind kind = kind_of(error, otherwise);
  throw HttpError(kind, doing + ": " + (kind == Kind::kTimeout ? "took too long" : error.message()));
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string host_header(const Url& url) {
  const bool is_v6 = url.host.find(':') != std::string::npos;
  const bool is_default = url.port == (url.is_https ? "443" : "80");
  return (is_v6 ? "[" + url.host + "]" : url.host) + (is_default ? "" : ":" + url.port);
}

template <class Stream>
class ConnectionOver final : public Connection {
 public:
  template <class... Arguments>
  ConnectionOver(const Url& url, const HttpOptions& options, Arguments&... arguments)
      : url_(url), options_(options), stream_(io_, arguments...) {}

  void open(Deadline deadline);
  [[nodiscard]] HttpResponse exchange(const Request& request, Deadline deadline) override;
  [[nodiscard]] bool is_kept() const override { return is_kept_; }
  [[nodiscard]] bool is_stale() override;
  [[nodiscard]] bool closed_unanswered() const override { return closed_unanswered_; }

 private:
  using Message = beast::http::request<beast::http::span_body<const char>>;
  using Parser = beast::http::response_parser<beast::http::string_body>;

  /// Starts an operation, whose handler takes an error first, and runs it to its end.
  template <class Start>
  Error run(Deadline deadline, const Start& start) {
    Error result;
    beast::get_lowest_layer(stream_).expires_at(deadline);
    start([&result](const Error& error, auto&&...) { result = error; });
    io_.restart();
    io_.run();
    beast::get_lowest_layer(stream_).expires_never();
    return result;
  }

  [[nodiscard]] Message message_of(const Request& request) const;
  void read(Parser& parser, Deadline deadline);
  void shake_hands(Deadline deadline);

  const Url& url_;
  const HttpOptions& options_;
  asio::io_context io_{1};
  Stream stream_;
  beast::flat_buffer buffer_;
  bool is_kept_ = false;
  bool closed_unanswered_ = false;
};

template <class Stream>
void ConnectionOver<Stream>::open(Deadline deadline) {
  const auto endpoints = resolve(url_.host, url_.port, deadline);
  auto& tcp = beast::get_lowest_layer(stream_);
  if (const Error error = run(deadline, [&](auto done) { tcp.async_connect(endpoints, std::move(done)); })) {
    fail(error, Kind::kConnect, "cannot connect");
  }
  ::fcntl(tcp.socket().native_handle(), F_SETFD, FD_CLOEXEC);
  Error ignored;
  tcp.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  shake_hands(deadline);
}

template <>
void ConnectionOver<Plain>::shake_hands(Deadline) {}

template <>
void ConnectionOver<Tls>::shake_hands(Deadline deadline) {
  boost::system::error_code is_name;
  (void)asio::ip::make_address(url_.host, is_name);
  // Servers that hold several names are told which is meant; an address is no name.
  if (is_name && SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.c_str()) != 1) {
    throw HttpError(Kind::kTls, "cannot name the host to the server");
  }
  stream_.set_verify_callback(ssl::host_name_verification(url_.host));
  const Error error =
      run(deadline, [&](auto done) { stream_.async_handshake(ssl::stream_base::client, std::move(done)); });
  if (error) {
    const long verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict != X509_V_OK) {
      throw HttpError(Kind::kTls,
                      std::string("the server's certificate does not hold: ") + X509_verify_cert_error_string(verdict));
    }
    fail(error, Kind::kTls, "TLS handshake");
  }
}

template <class Stream>
typename ConnectionOver<Stream>::Message ConnectionOver<Stream>::message_of(const Request& request) const {
  namespace http = beast::http;
  Message message(http::verb::post, beast::string_view(request.target.data(), request.target.size()), 11);
  message.set(http::field::host, host_header(url_));
  message.set(http::field::user_agent, std::string("hone/") + kVersion);
  message.set(http::field::content_type, "application/json");
  message.set(http::field::accept, "application/json");
  for (const auto& [name, value] : *request.headers) {
    if (has_line_break(name) || has_line_break(value)) {
      throw HttpError(Kind::kMalformed,
                      "the request's header " + name.substr(0, name.find_first_of("\r\n")) + " holds a line break");
    }
    message.set(name, value);
  }
  message.body() = beast::span<const char>(request.body.data(), request.body.size());
  message.prepare_payload();
  return message;
}

template <class Stream>
void ConnectionOver<Stream>::read(Parser& parser, Deadline deadline) {
  parser.header_limit(static_cast<std::uint32_t>(options_.most_header_bytes));
  parser.body_limit(options_.most_body_bytes);
  Error error =
      run(deadline, [&](auto done) { beast::http::async_read_header(stream_, buffer_, parser, std::move(done)); });
  // Beast holds bodies in chunks to its limit, but in version 1.74 not those of a known length.
  if (!error && parser.content_length().value_or(0) > options_.most_body_bytes) {
    error = beast::http::error::body_limit;
  }
  if (!error && !parser.is_done()) {
    error = run(deadline, [&](auto done) { beast::http::async_read(stream_, buffer_, parser, std::move(done)); });
  }
  if (error) {
    closed_unanswered_ = !parser.got_some() && buffer_.size() == 0 && error != beast::error::timeout;
    fail(error, Kind::kTransport, "reading the response");
  }
}

template <class Stream>
HttpResponse ConnectionOver<Stream>::exchange(const Request& request, Deadline deadline) {
  is_kept_ = false;
  Message message = message_of(request);
  if (const Error error =
          run(deadline, [&](auto done) { beast::http::async_write(stream_, message, std::move(done)); })) {
    closed_unanswered_ = error != beast::error::timeout;
    fail(error, Kind::kTransport, "sending the request");
  }
  for (int i = 0; i < kMostInterimResponses; ++i) {
    Parser parser;
    read(parser, deadline);
    if (parser.get().result_int() < 200) {
      continue;  // 100 Continue and its kind come before the response proper
    }
    HttpResponse response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
      response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    is_kept_ = parser.keep_alive() && buffer_.size() == 0;
    response.body = std::move(parser.get().body());
    return response;
  }
  throw HttpError(Kind::kMalformed, "the server sends nothing but interim responses");
}

template <class Stream>
bool ConnectionOver<Stream>::is_stale() {
  char byte = 0;
  const auto socket = beast::get_lowest_layer(stream_).socket().native_handle();
  const ssize_t got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

template <class Stream, class... Arguments>
std::unique_ptr<Connection> open(const Url& url, const HttpOptions& options, Deadline deadline,
                                 Arguments&... arguments) {
  auto connection = std::make_unique<ConnectionOver<Stream>>(url, options, arguments...);
  connection->open(deadline);
  return connection;
}

}  // namespace

std::unique_ptr<Connection> connect(const Url& url, const HttpOptions& options, TlsContext* tls, Deadline deadline) {
  return url.is_https ? open<Tls>(url, options, deadline, tls->context) : open<Plain>(url, options, deadline);
}

}  // namespace hone::core::http
