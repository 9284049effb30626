#pragma once

#include <cstdint>
#include <string>

#include "core/config_check.h"

namespace hone::rewards {

/// A service behind a URL and how patient to be with it. Options of scorers that ask one inherit it.
struct RemoteOptions {
  std::string url;
  std::string api_key_env;
  std::string ca_file;
  double timeout_s = 60.0;
  double connect_timeout_s = 5.0;
  int attempts = 4;
  double most_backoff_s = 30.0;
  double most_wait_s = 120.0;
  int max_in_flight = 16;
  double requests_per_minute = 0.0;
  double tokens_per_minute = 0.0;
  int breaker_failures = 10;
  double breaker_pause_s = 30.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("url", url, "Where the service is: http:// or https://.", core::not_empty());
    visit("api_key_env", api_key_env, "Name of the environment variable that holds its key; empty: it wants none.");
    visit("ca_file", ca_file, "Certificates to trust over https, PEM; empty: the system's.");
    visit("timeout_s", timeout_s, "Seconds that one request may take.", core::greater_than(0) && core::at_most(3600));
    visit("connect_timeout_s", connect_timeout_s, "Seconds of these for the connection.",
          core::greater_than(0) && core::at_most(3600));
    visit("attempts", attempts, "Requests for one answer when the service fails, the first included.",
          core::in_range(1, 20));
    visit("most_backoff_s", most_backoff_s, "Longest pause before another attempt, asked for by the service or not.",
          core::in_range(0, 600));
    visit("most_wait_s", most_wait_s, "Longest wait for a turn under the limits below.", core::in_range(0, 3600));
    visit("max_in_flight", max_in_flight, "Requests at once.", core::in_range(1, 256));
    visit("requests_per_minute", requests_per_minute, "Rate of requests that is kept to; 0: no limit.",
          core::at_least(0));
    visit("tokens_per_minute", tokens_per_minute, "Rate of tokens that is kept to; 0: no limit.", core::at_least(0));
    visit("breaker_failures", breaker_failures, "Failures in a row after which the service is left alone; 0: never.",
          core::at_least(0));
    visit("breaker_pause_s", breaker_pause_s, "Seconds that it is left alone, before one request tries it.",
          core::at_least(0));
  }
};

}  // namespace hone::rewards
