#include "tests/http_server/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <csignal>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace testing {
namespace {

using TlsContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using TlsSession = std::unique_ptr<SSL, decltype(&SSL_free)>;

TlsContext context_of(const Certificate& certificate) {
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  BIO* text = BIO_new_mem_buf(certificate.certificate.data(), static_cast<int>(certificate.certificate.size()));
  X509* x509 = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  BIO_free(text);
  text = BIO_new_mem_buf(certificate.key.data(), static_cast<int>(certificate.key.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
  BIO_free(text);
  SSL_CTX_use_certificate(context.get(), x509);
  SSL_CTX_use_PrivateKey(context.get(), key);
  X509_free(x509);
  EVP_PKEY_free(key);
  return context;
}

/// A connection's bytes, with TLS or without.
class Wire {
 public:
  Wire(int socket, SSL_CTX* context) : socket_(socket) {
    if (context != nullptr) {
      tls_.reset(SSL_new(context));
      SSL_set_fd(tls_.get(), socket);
      is_open_ = SSL_accept(tls_.get()) == 1;
    }
  }
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] int socket() const { return socket_; }
  /// False at the end.
  bool read(std::string& buffer) {
    char bytes[16384];
    const auto got = tls_ ? SSL_read(tls_.get(), bytes, sizeof(bytes)) : ::recv(socket_, bytes, sizeof(bytes), 0);
    if (got <= 0) {
      return false;
    }
    buffer.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  int socket_;
  TlsSession tls_{nullptr, SSL_free};
  bool is_open_ = true;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

HttpRequest parse_head(const std::string& head) {
  HttpRequest request;
  request.method = head.substr(0, head.find(' '));
  const std::size_t target = head.find(' ') + 1;
  request.target = head.substr(target, head.find(' ', target) - target);
  std::size_t line = head.find("\r\n") + 2;
  while (line < head.size()) {
    const std::size_t end = std::min(head.find("\r\n", line), head.size());
    const std::size_t colon = head.find(':', line);
    if (colon < end) {
      const std::size_t value = head.find_first_not_of(' ', colon + 1);
      request.headers.emplace_back(lower(head.substr(line, colon - line)), head.substr(value, end - value));
    }
    line = end + 2;
  }
  return request;
}

std::string chunks_of(const std::string& body) {
  std::string chunks;
  for (std::size_t begin = 0; begin < body.size(); begin += 7) {
    const std::string part = body.substr(begin, 7);
    chunks += std::to_string(part.size()) + "\r\n" + part + "\r\n";
  }
  return chunks + "0\r\n\r\n";
}

std::string text_of(const HttpReply& reply) {
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Said\r\nContent-Type: application/json\r\n";
  for (const auto& [name, value] : reply.headers) {
    text += name + ": " + value + "\r\n";
  }
  text += reply.is_chunked ? "Transfer-Encoding: chunked\r\n\r\n"
                           : "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
  return text + (reply.is_chunked ? chunks_of(reply.body) : reply.body);
}

}  // namespace

std::string HttpRequest::header(const std::string& name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) {
      return value;
    }
  }
  return "";
}

struct HttpServer::State {
  HttpHandler handler;
  TlsContext tls{nullptr, SSL_CTX_free};
  int listener = -1;
  int port = 0;
  std::atomic<bool> is_ending{false};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> connections{0};
  std::mutex mutex;  // guards the sockets and the count of their threads
  std::set<int> sockets;
  std::atomic<int> serving{0};
  std::thread acceptor;

  void pause(int milliseconds) const {
    for (int waited = 0; waited < milliseconds && !is_ending; waited += 5) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void listen();
  void accept();
  void serve(int socket);
  bool answer_one(Wire& wire, std::string& buffer, std::uint64_t connection);
  bool misbehave(Wire& wire, const HttpReply& reply) const;
};

void HttpServer::State::listen() {
  listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 256) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the test's server cannot listen on 127.0.0.1");
  }
  port = ntohs(address.sin_port);
}

void HttpServer::State::accept() {
  while (!is_ending) {
    pollfd waiting{listener, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) {
      continue;
    }
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      continue;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    {
      const std::lock_guard lock(mutex);
      sockets.insert(socket);
    }
    ++serving;
    std::thread([this, socket] { serve(socket); }).detach();
  }
}

void HttpServer::State::serve(int socket) {
  // OpenSSL writes with write(), which raises it where the client is gone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  {
    Wire wire(socket, tls.get());
    const std::uint64_t connection = ++connections;
    std::string buffer;
    while (wire.is_open() && !is_ending && answer_one(wire, buffer, connection)) {
    }
    const std::lock_guard lock(mutex);
    sockets.erase(socket);
    ::close(socket);
  }
  --serving;
}

bool HttpServer::State::answer_one(Wire& wire, std::string& buffer, std::uint64_t connection) {
  std::size_t head = 0;
  while ((head = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!wire.read(buffer)) {
      return false;
    }
  }
  HttpRequest request = parse_head(buffer.substr(0, head));
  const std::string length = request.header("content-length");
  const std::size_t size = head + 4 + (length.empty() ? 0 : std::stoul(length));
  while (buffer.size() < size) {
    if (!wire.read(buffer)) {
      return false;
    }
  }
  request.body = buffer.substr(head + 4, size - head - 4);
  buffer.erase(0, size);
  request.connection = connection;
  request.number = ++requests;
  const HttpReply reply = handler(request);
  pause(reply.delay_ms);
  if (reply.fault != Fault::kNone) {
    return misbehave(wire, reply);
  }
  return wire.write(text_of(reply)) && !reply.closes;
}

/// False, for the connection ends with it.
bool HttpServer::State::misbehave(Wire& wire, const HttpReply& reply) const {
  const std::string text = text_of(reply);
  std::string ignored;
  switch (reply.fault) {
    case Fault::kReset: {
      const linger at_once{1, 0};
      ::setsockopt(wire.socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
      break;
    }
    case Fault::kCloseMidBody:
      wire.write(std::string_view(text).substr(0, text.size() - (reply.body.size() + 1) / 2));
      break;
    case Fault::kGarbage:
      wire.write("\x01\x02 this is no HTTP\r\n\r\n\x7f\x7f");
      break;
    case Fault::kSilent:
      while (wire.read(ignored)) {
      }
      break;
    case Fault::kDrip:
      for (std::size_t i = 0; !is_ending && wire.write(i < text.size() ? text.substr(i, 1) : " "); ++i) {
        pause(20);
      }
      break;
    case Fault::kHugeHeader:
      wire.write("HTTP/1.1 200 OK\r\n");
      while (!is_ending && wire.write("X-More: " + std::string(1000, 'x') + "\r\n")) {
      }
      break;
    default:
      break;
  }
  return false;
}

HttpServer::HttpServer(HttpHandler handler, std::optional<Certificate> certificate)
    : state_(std::make_unique<State>()) {
  state_->handler = std::move(handler);
  if (certificate) {
    state_->tls = context_of(*certificate);
  }
  state_->listen();
  state_->acceptor = std::thread([state = state_.get()] { state->accept(); });
}

HttpServer::~HttpServer() {
  state_->is_ending = true;
  state_->acceptor.join();
  {
    const std::lock_guard lock(state_->mutex);
    for (const int socket : state_->sockets) {
      ::shutdown(socket, SHUT_RDWR);
    }
  }
  while (state_->serving > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::close(state_->listener);
}

int HttpServer::port() const {
  return state_->port;
}

std::string HttpServer::url(const std::string& host) const {
  return (state_->tls ? "https://" : "http://") + host + ":" + std::to_string(state_->port);
}

std::uint64_t HttpServer::requests() const {
  return state_->requests;
}

std::uint64_t HttpServer::connections() const {
  return state_->connections;
}

}  // namespace testing
