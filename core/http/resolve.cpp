#include "core/http/resolve.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "core/http_client.h"

namespace hone::core::http {
namespace {

using boost::asio::ip::tcp;

constexpr int kMostLookUps = 32;  // at once, those that hang included

struct LookUp {
  std::vector<tcp::endpoint> endpoints;
  boost::system::error_code error;
};

LookUp look_up(const std::string& host, const std::string& port) {
  LookUp result;
  boost::asio::io_context io;
  tcp::resolver resolver(io);
  for (const auto& entry : resolver.resolve(host, port, result.error)) {
    result.endpoints.push_back(entry.endpoint());
  }
  return result;
}

}  // namespace

std::vector<tcp::endpoint> resolve(const std::string& host, const std::string& port,
                                   std::chrono::steady_clock::time_point deadline) {
  boost::system::error_code not_numeric;
  const auto address = boost::asio::ip::make_address(host, not_numeric);
  if (!not_numeric) {
    return {tcp::endpoint(address, static_cast<unsigned short>(std::stoi(port)))};
  }
  // Shared with the thread, which may outlive everything else here.
  static const auto running = std::make_shared<std::atomic<int>>(0);
  if (*running >= kMostLookUps) {
    throw HttpError(HttpError::Kind::kConnect,
                    "cannot look up " + host + ": " + std::to_string(kMostLookUps) + " look-ups hang already");
  }
  ++*running;
  auto promise = std::make_shared<std::promise<LookUp>>();
  auto future = promise->get_future();
  std::thread([promise, host, port, count = running] {
    LookUp result = look_up(host, port);
    --*count;
    promise->set_value(std::move(result));
  }).detach();
  if (future.wait_until(deadline) != std::future_status::ready) {
    throw HttpError(HttpError::Kind::kTimeout, "looking up " + host + " took too long");
  }
  LookUp result = future.get();
  if (result.error || result.endpoints.empty()) {
    throw HttpError(HttpError::Kind::kConnect, "cannot look up " + host + ": " + result.error.message());
  }
  return std::move(result.endpoints);
}

}  // namespace hone::core::http
