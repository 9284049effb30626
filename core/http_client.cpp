#include "core/http_client.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <mutex>
#include <utility>

#include "core/http/connection.h"

namespace hone::core {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLongest = 1e6;  // seconds; keeps the clock's arithmetic in range

Clock::time_point after(double seconds) {
  const double bounded = seconds > 0 ? std::min(seconds, kLongest) : 0.0;
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(bounded));
}

bool is_same_name(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// Without its query, which may hold a key.
std::string name_of(const Url& url, std::string_view target) {
  return (url.is_https ? "https://" : "http://") + url.host + ":" + url.port +
         std::string(target.substr(0, target.find('?')));
}

}  // namespace

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (is_same_name(known, name)) {
      return value;
    }
  }
  return std::nullopt;
}

struct HttpClient::State {
  Url base;
  HttpOptions options;
  http::TlsContextPointer tls;
  std::mutex mutex;  // guards idle
  std::vector<std::unique_ptr<http::Connection>> idle;

  /// The connection that was used last, as it is the likeliest to be open still; none where there is none.
  std::unique_ptr<http::Connection> take() {
    while (true) {
      std::unique_ptr<http::Connection> connection;
      {
        const std::lock_guard lock(mutex);
        if (idle.empty()) {
          return nullptr;
        }
        connection = std::move(idle.back());
        idle.pop_back();
      }
      if (!connection->is_stale()) {
        return connection;
      }
    }
  }

  void keep(std::unique_ptr<http::Connection> connection) {
    if (!connection->is_kept()) {
      return;
    }
    const std::lock_guard lock(mutex);
    if (idle.size() < options.most_idle_connections) {
      idle.push_back(std::move(connection));
    }
  }

  HttpResponse exchange(const http::Request& request, Clock::time_point deadline) {
    if (auto kept = take()) {
      try {
        HttpResponse response = kept->exchange(request, deadline);
        keep(std::move(kept));
        return response;
      } catch (const HttpError&) {
        if (!kept->closed_unanswered()) {
          throw;
        }
      }
    }
    auto fresh = http::connect(base, options, tls.get(), std::min(deadline, after(options.connect_timeout_s)));
    HttpResponse response = fresh->exchange(request, deadline);
    keep(std::move(fresh));
    return response;
  }
};

HttpClient::HttpClient(Url base, HttpOptions options) : state_(std::make_unique<State>()) {
  state_->base = std::move(base);
  state_->options = std::move(options);
  if (state_->base.is_https) {
    state_->tls = http::make_tls_context(state_->options.ca_file);
  }
}

HttpClient::~HttpClient() = default;

HttpResponse HttpClient::post(std::string_view target, std::string_view body, const HttpHeaders& headers,
                              double timeout_s) const {
  try {
    return state_->exchange({target, body, &headers}, after(timeout_s));
  } catch (const HttpError& error) {
    throw HttpError(error.kind(), name_of(state_->base, target) + ": " + error.what());
  }
}

}  // namespace hone::core
