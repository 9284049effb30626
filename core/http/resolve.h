#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace hone::core::http {

/// A host's addresses. The system's look-up cannot be called off, so it runs on a thread of its own that is left behind
/// when the time is up. Throws HttpError: kTimeout, or kConnect when there is no such host or when too many look-ups
/// hang already.
[[nodiscard]] std::vector<boost::asio::ip::tcp::endpoint> resolve(const std::string& host, const std::string& port,
                                                                  std::chrono::steady_clock::time_point deadline);

}  // namespace hone::core::http
