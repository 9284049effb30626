#include <atomic>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rewards/remote/breaker.h"
#include "rewards/remote/rate.h"
#include "rewards/remote/retry_after.h"
#include "rewards/remote/service.h"
#include "tests/http_server/http_server.h"

using namespace hone::rewards;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using testing::Fault;
using testing::HttpReply;
using testing::HttpRequest;
using testing::HttpServer;

namespace {

constexpr const char* kKey = "sk-sesame-0123456789";

/// Time that passes by being waited for.
struct FakeTime {
  std::mutex mutex;
  TimeSource::Instant now = std::chrono::steady_clock::now();
  std::vector<double> pauses;

  TimeSource source() {
    return {[this] {
              const std::lock_guard lock(mutex);
              return now;
            },
            [this](double count) {
              const std::lock_guard lock(mutex);
              pauses.push_back(count);
              now += seconds(count);
            },
            [] { return std::chrono::sys_days(std::chrono::year(2026) / 1 / 1); }};
  }
};

ScorerSetting setting() {
  return {.where = "judge.json: options", .folder = {}, .environment = [](const std::string& name) {
            return name == "JUDGE_KEY" ? std::optional<std::string>(kKey) : std::nullopt;
          }};
}

RemoteOptions options_for(const HttpServer& server) {
  RemoteOptions options;
  options.url = server.url() + "/v1";
  options.api_key_env = "JUDGE_KEY";
  options.timeout_s = 20;
  return options;
}

RemoteRequest ping() {
  RemoteRequest request;
  request.path = "/chat";
  request.body = "ping";
  request.key = "0a1b";
  return request;
}

RemoteError refusal(const RemoteService& service, const RemoteRequest& request = ping()) {
  try {
    (void)service.post(request);
  } catch (const RemoteError& error) {
    CHECK_THAT(error.what(), !ContainsSubstring(kKey));
    return error;
  }
  FAIL("there was a reply");
  return {Status::kError, 0, ""};
}

}  // namespace

TEST_CASE("a service is asked again when it is busy, broken or gone, and never for another reason",
          "[rewards][remote]") {
  struct Case {
    HttpReply first;
    bool is_retried;
  };
  const std::vector<Case> cases = {{{.status = 429}, true},
                                   {{.status = 500}, true},
                                   {{.status = 503}, true},
                                   {{.fault = Fault::kReset}, true},
                                   {{.fault = Fault::kGarbage}, true},
                                   {{.status = 400}, false},
                                   {{.status = 401}, false},
                                   {{.status = 404}, false},
                                   {{.status = 301}, false},
                                   {{.status = 422}, false}};
  for (const Case& one : cases) {
    INFO(one.first.status);
    std::vector<std::string> keys;
    const HttpServer server([&](const HttpRequest& request) {
      keys.push_back(request.header("idempotency-key"));
      CHECK(request.header("authorization") == std::string("Bearer ") + kKey);
      CHECK(request.target == "/v1/chat");
      return request.number == 1 ? one.first : HttpReply{.body = "pong"};
    });
    FakeTime time;
    const RemoteService service(options_for(server), setting(), time.source());
    if (one.is_retried) {
      const RemoteReply reply = service.post(ping());
      CHECK(reply.body == "pong");
      CHECK(reply.attempts == 2);
      CHECK(keys == std::vector<std::string>{"0a1b", "0a1b"});
    } else {
      CHECK(refusal(service).http_status() == one.first.status);
      CHECK(server.requests() == 1);
    }
  }
}

TEST_CASE("attempts end, with pauses that grow at most to their bound", "[rewards][remote]") {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.status = 500, .body = "out of cheese"}; });
  FakeTime time;
  RemoteOptions options = options_for(server);
  options.attempts = 6;
  options.most_backoff_s = 4;
  options.breaker_failures = 0;
  const RemoteService service(options, setting(), time.source());
  const RemoteError error = refusal(service);
  CHECK(error.status() == Status::kError);
  CHECK(error.http_status() == 500);
  CHECK_THAT(error.what(), ContainsSubstring("out of cheese") && ContainsSubstring("6 attempts"));
  CHECK(server.requests() == 6);
  REQUIRE(time.pauses.size() == 5);
  const double bounds[] = {1, 2, 4, 4, 4};
  for (int i = 0; i < 5; ++i) {
    CHECK(time.pauses[i] <= bounds[i]);
  }
  CHECK(service.longest_s() == Approx(6 * 20 + 5 * 4 + 120));
}

TEST_CASE("the pause that a service asks for is kept, up to the bound", "[rewards][remote]") {
  const auto paused = [](const std::string& retry_after) {
    const HttpServer server([&](const HttpRequest& request) {
      return request.number == 1 ? HttpReply{.status = 429, .headers = {{"Retry-After", retry_after}}} : HttpReply{};
    });
    FakeTime time;
    const RemoteService service(options_for(server), setting(), time.source());
    (void)service.post(ping());
    return time.pauses.at(0);
  };
  CHECK(paused("7") == 7);
  CHECK(paused("100000") == 30);
  CHECK(paused("Thu, 01 Jan 2026 00:00:12 GMT") == 12);
  CHECK(paused("soon") <= 1);
}

TEST_CASE("a header Retry-After is a count or a date", "[rewards][remote]") {
  const std::chrono::system_clock::time_point now =
      std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8);
  CHECK(retry_after_s("0", now) == 0.0);
  CHECK(retry_after_s("120", now) == 120.0);
  CHECK(retry_after_s("Sun, 06 Nov 1994 08:49:37 GMT", now) == 49 * 60 + 37.0);
  CHECK(retry_after_s("Sat, 05 Nov 1994 08:49:37 GMT", now) == 0.0);
  for (const char* bad :
       {"", "-1", "1.5", "1e3", "99999999999999", "Sun, 06 Non 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 28:49:37 GMT"}) {
    INFO(bad);
    CHECK_FALSE(retry_after_s(bad, now).has_value());
  }
}

TEST_CASE("a rate lets a burst through and then so much a minute", "[rewards][remote]") {
  Rate rate(600);  // 10 a second, 60 at once
  const TimeSource::Instant start{};
  for (int i = 0; i < 60; ++i) {
    CHECK(rate.take(1, start, 100) == 0.0);
  }
  CHECK(rate.take(1, start, 100).value() == Approx(0.1));
  CHECK(rate.take(1, start, 100).value() == Approx(0.2));
  CHECK_FALSE(rate.take(1, start, 0.2).has_value());  // and takes nothing
  CHECK(rate.take(1, start, 100).value() == Approx(0.3));
  CHECK(rate.take(1, start + seconds(0.4), 100).value() == Approx(0.0).margin(1e-9));
  rate.give_back(5);
  CHECK(rate.take(5, start + seconds(0.5), 0.1).value() == Approx(0.0).margin(1e-9));
  Rate none(0);
  CHECK(none.take(1e9, start, 0) == 0.0);
}

TEST_CASE("what is larger than a burst still gets its turn", "[rewards][remote]") {
  Rate rate(60);  // 1 a second, 6 at once
  CHECK(rate.take(30, TimeSource::Instant{}, 100) == 0.0);
  CHECK(rate.take(1, TimeSource::Instant{}, 100).value() == Approx(25));
}

TEST_CASE("limits by the minute are kept to, or the answer is given up", "[rewards][remote]") {
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  FakeTime time;
  RemoteOptions options = options_for(server);
  options.requests_per_minute = 10;  // one at once, then one each 6 s
  options.most_wait_s = 10;
  const RemoteService service(options, setting(), time.source());
  (void)service.post(ping());
  (void)service.post(ping());
  REQUIRE(time.pauses.size() == 1);
  CHECK(time.pauses[0] == Approx(6));

  options.requests_per_minute = 0;
  options.tokens_per_minute = 600;  // 60 at once, then 10 a second
  const RemoteService by_tokens(options, setting(), time.source());
  RemoteRequest large = ping();
  large.tokens = 60;
  (void)by_tokens.post(large);
  by_tokens.settle_tokens(60, 160);  // it took more than was announced
  CHECK(refusal(by_tokens, large).status() == Status::kTimeout);
}

TEST_CASE("no more requests are under way than allowed", "[rewards][remote]") {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  const HttpServer server([&](const HttpRequest&) {
    most = std::max<int>(most, ++now);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --now;
    return HttpReply{};
  });
  RemoteOptions options = options_for(server);
  options.max_in_flight = 3;
  const RemoteService service(options, setting());
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] { (void)service.post(ping()); });
  }
  threads.clear();
  CHECK(server.requests() == 12);
  CHECK(most <= 3);
}

TEST_CASE("a breaker opens, lets one through after the pause, and closes when that is well", "[rewards][remote]") {
  Breaker breaker(3, 10);
  const TimeSource::Instant start{};
  for (int i = 0; i < 3; ++i) {
    CHECK(breaker.lets_through(start));
    breaker.failed(start, "refused");
  }
  CHECK_FALSE(breaker.lets_through(start + seconds(9)));
  CHECK(breaker.lets_through(start + seconds(11)));
  CHECK_FALSE(breaker.lets_through(start + seconds(11)));  // the others wait for what it finds
  breaker.failed(start + seconds(12), "reset");
  CHECK_FALSE(breaker.lets_through(start + seconds(21)));
  CHECK(breaker.lets_through(start + seconds(23)));
  breaker.succeeded();
  CHECK(breaker.lets_through(start + seconds(23)));
  CHECK(breaker.lets_through(start + seconds(23)));
}

TEST_CASE("a service that fails time after time is left alone", "[rewards][remote]") {
  std::atomic<bool> is_well{false};
  const HttpServer server([&](const HttpRequest&) { return HttpReply{.status = is_well ? 200 : 500}; });
  FakeTime time;
  RemoteOptions options = options_for(server);
  options.attempts = 1;
  options.breaker_failures = 4;
  options.breaker_pause_s = 60;
  const RemoteService service(options, setting(), time.source());
  for (int i = 0; i < 20; ++i) {
    const RemoteError error = refusal(service);
    CHECK_THAT(error.what(), ContainsSubstring("answered 500"));
    if (i >= 4) CHECK_THAT(error.what(), ContainsSubstring("4 times in a row"));
  }
  CHECK(server.requests() == 4);
  is_well = true;
  time.source().pause(61);
  (void)service.post(ping());
  (void)service.post(ping());
  CHECK(server.requests() == 6);
}

TEST_CASE("an answer's deadline is kept, whatever patience remains", "[rewards][remote]") {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.fault = Fault::kSilent}; });
  const RemoteService service(options_for(server), setting());
  RemoteRequest request = ping();
  const auto start = std::chrono::steady_clock::now();
  request.deadline = start + std::chrono::milliseconds(100);
  CHECK(refusal(service, request).status() == Status::kTimeout);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE("the key is in no message, though the service repeats it", "[rewards][remote]") {
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{.status = 401, .body = std::string(285, 'x') + request.header("authorization") + " is wrong"};
  });
  const RemoteService service(options_for(server), setting());
  const std::string message = refusal(service).what();
  CHECK_THAT(message, !ContainsSubstring("sesame") && !ContainsSubstring("sk-"));
  CHECK_THAT(message, ContainsSubstring("401"));
}

TEST_CASE("the key is in no reply either, which goes into notes, pages and caches", "[rewards][remote]") {
  const HttpServer server([](const HttpRequest& request) {
    return HttpReply{.status = 200, .body = R"({"reason":")" + request.header("authorization") + R"("})"};
  });
  const RemoteService service(options_for(server), setting());
  CHECK(service.post(ping()).body == R"({"reason":"Bearer [key]"})");
}

TEST_CASE("a service without its key or with a wrong URL is a mistake in the config", "[rewards][remote]") {
  const auto message = [](const RemoteOptions& options, const ScorerSetting& place) -> std::string {
    try {
      const RemoteService service(options, place);
    } catch (const hone::core::ConfigError& error) {
      return error.what();
    }
    return "none";
  };
  RemoteOptions options;
  options.url = "http://a";
  CHECK(message(options, setting()) == "none");
  options.api_key_env = "OTHER_KEY";
  CHECK_THAT(message(options, setting()), ContainsSubstring("judge.json: options.api_key_env is OTHER_KEY"));
  options.api_key_env = "JUDGE_KEY";
  ScorerSetting broken = setting();
  broken.environment = [](const std::string&) { return std::optional<std::string>("sk-\r\nX: 1"); };
  CHECK_THAT(message(options, broken), ContainsSubstring("api_key_env") && !ContainsSubstring("sk-"));
  options.url = "a";
  CHECK_THAT(message(options, setting()), ContainsSubstring("judge.json: options.url"));
}
