#pragma once

#include <string>

namespace testing {

/// A certificate of its own making, trusted by those who are given `certificate` as their CA. Both in PEM.
struct Certificate {
  std::string certificate;
  std::string key;
};

/// For a DNS name, or an IP address. `days` below 0: it has expired.
[[nodiscard]] Certificate make_certificate(const std::string& host, int days = 1);

}  // namespace testing
