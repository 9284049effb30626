#include "core/http_client.h"

#include <unistd.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/http_server/http_server.h"

using namespace hone::core;
using Catch::Matchers::ContainsSubstring;
using testing::Fault;
using testing::HttpReply;
using testing::HttpRequest;
using testing::HttpServer;

namespace {

using Kind = HttpError::Kind;

/// What is wrong with a POST, and that something is.
HttpError error_of(const HttpClient& client, double timeout_s = 20) {
  try {
    (void)client.post("/v1?key=hidden", "{}", {{"Authorization", "Bearer sesame"}}, timeout_s);
  } catch (const HttpError& error) {
    CHECK_THAT(error.what(), !ContainsSubstring("sesame") && !ContainsSubstring("hidden"));
    return error;
  }
  FAIL("there was a response");
  return HttpError(Kind::kTransport, "");
}

HttpError error_of(const HttpReply& reply, double timeout_s = 20, const HttpOptions& options = {}) {
  const HttpServer server([&](const HttpRequest&) { return reply; });
  return error_of(HttpClient(parse_url(server.url(), "test"), options), timeout_s);
}

std::string file_of(const std::string& content) {
  static std::atomic<int> number{0};
  const auto path = std::filesystem::temp_directory_path() /
                    ("hone_http_" + std::to_string(::getpid()) + "_" + std::to_string(++number) + ".pem");
  std::ofstream(path) << content;
  return path.string();
}

}  // namespace

TEST_CASE("a URL is read into its parts", "[core][http]") {
  const Url url = parse_url("https://Example.org:8443/v1/chat?x=1#top", "test");
  CHECK(url.is_https);
  CHECK(url.host == "example.org");
  CHECK(url.port == "8443");
  CHECK(url.target == "/v1/chat?x=1");
  CHECK(parse_url("http://a", "test").port == "80");
  CHECK(parse_url("https://a", "test").port == "443");
  CHECK(parse_url("http://a", "test").target == "/");
  CHECK(parse_url("http://a?b", "test").target == "/?b");
  CHECK(parse_url("http://[::1]:99/x", "test").host == "::1");
  CHECK(parse_url("http://[::1]:99/x", "test").port == "99");
}

TEST_CASE("a URL that cannot be asked is refused", "[core][http]") {
  for (const char* bad :
       {"", "example.org", "ftp://a", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:x",
        "http://a b/", "http://a/\r\nX: y", "http://[::1", "http://a:", "http://[::1]x"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_url(bad, "judge.json: options.url"), ConfigError);
  }
  try {
    (void)parse_url("https://me:sesame@a/", "judge.json: options.url");
    FAIL("a password was taken");
  } catch (const ConfigError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("judge.json: options.url") && !ContainsSubstring("sesame"));
  }
}

TEST_CASE("a request and its response arrive whole", "[core][http]") {
  HttpRequest seen;
  const HttpServer server([&](const HttpRequest& request) {
    seen = request;
    return HttpReply{.status = 201, .body = "pong", .headers = {{"X-Kind", "a test"}}};
  });
  const HttpClient client(parse_url(server.url(), "test"), {});
  const HttpResponse response = client.post("/v1/x?y=z", "ping", {{"Authorization", "Bearer sesame"}}, 20);
  CHECK(response.status == 201);
  CHECK(response.body == "pong");
  CHECK(response.header("x-kind") == "a test");
  CHECK_FALSE(response.header("x-other").has_value());
  CHECK(seen.method == "POST");
  CHECK(seen.target == "/v1/x?y=z");
  CHECK(seen.body == "ping");
  CHECK(seen.header("authorization") == "Bearer sesame");
  CHECK(seen.header("content-type") == "application/json");
  CHECK(seen.header("host") == "127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("a host is looked up by its name", "[core][http]") {
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = "here"}; });
  CHECK(HttpClient(parse_url(server.url("localhost"), "test"), {}).post("/", "", {}, 20).body == "here");
  const HttpError error = error_of(HttpClient(parse_url("http://no-such-host.invalid:1/", "test"), {}));
  CHECK((error.kind() == Kind::kConnect || error.kind() == Kind::kTimeout));
}

TEST_CASE("a body in chunks is put together", "[core][http]") {
  const std::string body(100000, 'x');
  const HttpServer server([&](const HttpRequest&) { return HttpReply{.body = body, .is_chunked = true}; });
  CHECK(HttpClient(parse_url(server.url(), "test"), {}).post("/", "", {}, 20).body == body);
}

TEST_CASE("a status of failure is a response and not an error", "[core][http]") {
  for (const int status : {204, 301, 400, 404, 429, 500, 503}) {
    const HttpServer server([&](const HttpRequest&) { return HttpReply{.status = status}; });
    CHECK(HttpClient(parse_url(server.url(), "test"), {}).post("/", "", {}, 20).status == status);
  }
}

TEST_CASE("connections are kept, and replaced silently when the server closed them", "[core][http]") {
  std::atomic<bool> closes{false};
  const HttpServer server([&](const HttpRequest& request) {
    return HttpReply{.body = std::to_string(request.connection), .closes = closes};
  });
  const HttpClient client(parse_url(server.url(), "test"), {});
  for (int i = 0; i < 20; ++i) {
    CHECK(client.post("/", "", {}, 20).body == "1");
  }
  closes = true;
  for (int i = 0; i < 20; ++i) {
    CHECK(client.post("/", "", {}, 20).status == 200);
  }
  CHECK(server.connections() == 20);
}

TEST_CASE("a kept connection that is closed instead of a reply is tried anew, once", "[core][http]") {
  const HttpServer server([&](const HttpRequest& request) {
    const bool fails = request.body == "fail" || (request.connection == 1 && request.number > 1);
    return HttpReply{.fault = fails ? Fault::kClose : Fault::kNone};
  });
  const HttpClient client(parse_url(server.url(), "test"), {});
  CHECK(client.post("/", "", {}, 20).status == 200);
  CHECK(client.post("/", "", {}, 20).status == 200);  // the server closed the first connection, request in hand
  CHECK_THROWS_AS(client.post("/", "fail", {}, 20), HttpError);
  CHECK(server.requests() == 5);
}

TEST_CASE("what is no response is an error of its kind", "[core][http]") {
  CHECK(error_of({.fault = Fault::kReset}).kind() == Kind::kTransport);
  CHECK(error_of({.fault = Fault::kClose}).kind() == Kind::kTransport);
  CHECK(error_of({.body = std::string(1000, 'x'), .fault = Fault::kCloseMidBody}).kind() == Kind::kTransport);
  CHECK(error_of({.fault = Fault::kGarbage}).kind() == Kind::kMalformed);
  CHECK(error_of({.fault = Fault::kHugeHeader}).kind() == Kind::kTooLarge);
  CHECK(error_of({.body = std::string(2000, 'x')}, 20, {.most_body_bytes = 1999}).kind() == Kind::kTooLarge);
  CHECK(error_of({.body = std::string(2000, 'x'), .is_chunked = true}, 20, {.most_body_bytes = 1999}).kind() ==
        Kind::kTooLarge);
}

TEST_CASE("nobody listening is an error at once", "[core][http]") {
  int port = 0;
  {
    const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
    port = server.port();
  }
  const HttpError error = error_of(HttpClient(parse_url("http://127.0.0.1:" + std::to_string(port), "test"), {}));
  CHECK(error.kind() == Kind::kConnect);
  CHECK_THAT(error.what(), ContainsSubstring("http://127.0.0.1:" + std::to_string(port) + "/v1: cannot connect"));
}

TEST_CASE("a response that does not end is given up at the deadline", "[core][http]") {
  for (const Fault fault : {Fault::kSilent, Fault::kDrip}) {
    const auto start = std::chrono::steady_clock::now();
    CHECK(error_of({.body = std::string(100000, 'x'), .fault = fault}, 0.2).kind() == Kind::kTimeout);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  }
}

TEST_CASE("a header cannot carry a second one", "[core][http]") {
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  const HttpClient client(parse_url(server.url(), "test"), {});
  CHECK_THROWS_AS(client.post("/", "", {{"X-A", "1\r\nX-B: 2"}}, 20), HttpError);
}

TEST_CASE("over TLS the certificate and its name are verified", "[core][http][tls]") {
  const auto reply = [](const HttpRequest&) { return HttpReply{.body = "secret"}; };
  const auto trusted = testing::make_certificate("localhost");
  const HttpOptions trusting{.ca_file = file_of(trusted.certificate)};

  const HttpServer server(reply, trusted);
  const HttpClient client(parse_url(server.url("localhost"), "test"), trusting);
  for (int i = 0; i < 3; ++i) {
    CHECK(client.post("/", "", {}, 20).body == "secret");
  }
  CHECK(server.connections() == 1);

  const HttpError untrusted = error_of(HttpClient(parse_url(server.url("localhost"), "test"), {}));
  CHECK(untrusted.kind() == Kind::kTls);
  CHECK_THAT(untrusted.what(), ContainsSubstring("self"));
  // The right certificate, asked by another name of the same machine.
  CHECK(error_of(HttpClient(parse_url(server.url("127.0.0.1"), "test"), trusting)).kind() == Kind::kTls);
}

TEST_CASE("an address may stand in a certificate", "[core][http][tls]") {
  const auto certificate = testing::make_certificate("127.0.0.1");
  const HttpServer server([](const HttpRequest&) { return HttpReply{.body = "by number"}; }, certificate);
  const HttpClient client(parse_url(server.url(), "test"), {.ca_file = file_of(certificate.certificate)});
  CHECK(client.post("/", "", {}, 20).body == "by number");
}

TEST_CASE("a certificate that has expired does not hold", "[core][http][tls]") {
  const auto certificate = testing::make_certificate("localhost", -1);
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; }, certificate);
  const HttpClient client(parse_url(server.url("localhost"), "test"), {.ca_file = file_of(certificate.certificate)});
  const HttpError error = error_of(client);
  CHECK(error.kind() == Kind::kTls);
  CHECK_THAT(error.what(), ContainsSubstring("expired"));
}

TEST_CASE("a server without TLS is not spoken to over https, nor one that says nothing", "[core][http][tls]") {
  const HttpServer server([](const HttpRequest&) { return HttpReply{}; });
  const HttpClient client(parse_url("https://127.0.0.1:" + std::to_string(server.port()), "test"),
                          {.connect_timeout_s = 0.3});
  const HttpError error = error_of(client);
  CHECK((error.kind() == Kind::kTls || error.kind() == Kind::kTimeout));
}

TEST_CASE("a file of certificates that is none is refused", "[core][http][tls]") {
  CHECK_THROWS_AS(HttpClient(parse_url("https://a", "test"), {.ca_file = "/no/such/file.pem"}), ConfigError);
  CHECK_THROWS_AS(HttpClient(parse_url("https://a", "test"), {.ca_file = file_of("nothing")}), ConfigError);
}

TEST_CASE("several threads ask at once", "[core][http]") {
  const HttpServer server([](const HttpRequest& request) { return HttpReply{.body = request.body, .delay_ms = 1}; });
  const HttpClient client(parse_url(server.url(), "test"), {});
  std::atomic<int> right{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 25; ++i) {
        const std::string body = std::to_string(thread * 1000 + i);
        right += client.post("/", body, {}, 20).body == body ? 1 : 0;
      }
    });
  }
  threads.clear();
  CHECK(right == 200);
  CHECK(server.connections() <= 8);
}
