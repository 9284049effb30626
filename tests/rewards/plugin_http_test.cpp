#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "rewards/plugins/http.h"
#include "rewards/registry.h"
#include "tests/http_server/http_server.h"
#include "tests/rewards/plugin_fixture.h"

using namespace hone::rewards;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;
using testing::HttpReply;
using testing::HttpRequest;
using testing::HttpServer;

namespace {

std::shared_ptr<const Scorer> scorer_at(const HttpServer& server, json more) {
  more["url"] = server.url() + "/score";
  more["attempts"] = 1;
  ScorerSetting setting;
  setting.where = "score.json: options";
  return make_scorer("http", more, setting);
}

Score score_one(const Scorer& scorer, const std::string& text) {
  hone::datasets::Question question;
  question.messages = {{"system", "Be brief."}, {"user", "May she claim?"}};
  question.gold = "yes";
  question.reference = {{"clause", 7}};
  Answer answer;
  answer.text = text;
  answer.uid = "1/q/0";
  answer.group = "1/q";
  answer.tokens = 3;
  return scorer.score(question, answer);
}

/// A service of hone's shape that gives each answer its length, and refuses requests with "poison" in one.
HttpReply score_lengths(const HttpRequest& request, int refusal) {
  const json asked = json::parse(request.body);
  json results = json::array();
  for (const json& sample : asked.at("samples")) {
    const std::string answer = sample.at("answer");
    if (answer == "poison") {
      return {.status = refusal, .body = "no"};
    }
    results.push_back({{"score", answer.size()}});
  }
  return {.body = json({{"results", results}}).dump()};
}

}  // namespace

TEST_CASE("a service that speaks hone's shape gets what a process gets", "[rewards][plugins]") {
  json seen;
  std::set<std::string> keys;
  std::mutex mutex;
  const HttpServer server([&](const HttpRequest& request) -> HttpReply {
    const std::lock_guard lock(mutex);
    seen = json::parse(request.body);
    keys.insert(request.header("idempotency-key"));
    return {.body = R"({"results":[{"score":0.5,"status":"wrong_format","parts":{"a":1},"uid":"1/q/0"}]})"};
  });
  const auto scorer = scorer_at(server, {});
  const Score score = score_one(*scorer, "yes \xff\n");
  CHECK(score.score == 0.5);
  CHECK(score.status == Status::kWrongFormat);
  CHECK(score.parts == std::vector<std::pair<std::string, double>>{{"a", 1.0}});
  CHECK(seen == json::parse(R"({"id":1,"samples":[{"uid":"1/q/0","group":"1/q","prompt":"Be brief.\n\nMay she claim?",
    "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"May she claim?"}],
    "answer":"yes \ufffd\n","reference":"yes","metadata":{"clause":7},"truncated":false,"tokens":3}]})"));
  CHECK(keys.size() == 1);
  CHECK(keys.begin()->size() == 32);
}

TEST_CASE("OpenRLHF's reward servers are understood", "[rewards][plugins]") {
  json seen;
  const HttpServer server([&](const HttpRequest& request) -> HttpReply {
    seen = json::parse(request.body);
    return {.body = R"({"rewards":[0.25],"scores":[1],"extra_logs":{"length":[12],"note":"x","short":[]}})"};
  });
  const Score score = score_one(*scorer_at(server, {{"shape", "openrlhf"}}), "She may.");
  CHECK(score.score == 0.25);
  CHECK(score.parts == std::vector<std::pair<std::string, double>>{{"score", 1.0}, {"length", 12.0}});
  CHECK(seen ==
        json::parse(R"({"query":["Be brief.\n\nMay she claim?She may."],"prompts":["Be brief.\n\nMay she claim?"],
    "labels":["yes"]})"));
}

TEST_CASE("slime's reward servers are understood", "[rewards][plugins]") {
  json seen;
  std::string reply = "0.75";
  const HttpServer server([&](const HttpRequest& request) -> HttpReply {
    seen = json::parse(request.body);
    return {.body = reply};
  });
  const auto scorer = scorer_at(server, {{"shape", "slime"}});
  CHECK(scorer->calls().batch == 1);
  CHECK(score_one(*scorer, "She may.").score == 0.75);
  CHECK(seen == json::parse(R"({"prompt":"Be brief.\n\nMay she claim?","response":"She may.","label":"yes"})"));
  reply = R"({"score": -1, "acc": 0.5, "pred": "no"})";
  const Score score = score_one(*scorer, "She may.");
  CHECK(score.score == -1.0);
  CHECK(score.parts == std::vector<std::pair<std::string, double>>{{"acc", 0.5}});
  for (const char* nonsense : {"NaN", "null", "\"1\"", "[]", "{}", "{\"score\":null}", "", "1e300", "{"}) {
    reply = nonsense;
    INFO(nonsense);
    const Score refused = score_one(*scorer, "She may.");
    CHECK(refused.status == Status::kError);
    CHECK(!refused.detail.empty());
  }
}

TEST_CASE("a request that a service refuses as it is costs the answer that is to blame", "[rewards][plugins]") {
  const HttpServer server([](const HttpRequest& request) { return score_lengths(request, 422); });
  const auto scorer = scorer_at(server, {{"breaker_failures", 0}});
  const auto scores = plugin_test::score_all(*scorer, {"a", "bb", "poison", "dddd", "eeeee"});
  CHECK(scores[2].status == Status::kError);
  CHECK_THAT(scores[2].detail, ContainsSubstring("422"));
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    CHECK(scores[i].status == Status::kOk);
    CHECK(scores[i].score == static_cast<double>(i + 1));
  }
}

TEST_CASE("a service that fails costs all answers of the request and is not asked for each", "[rewards][plugins]") {
  for (const int status : {401, 404, 500, 503}) {
    const HttpServer server([status](const HttpRequest& request) { return score_lengths(request, status); });
    const auto scores = plugin_test::score_all(*scorer_at(server, {}), {"a", "poison", "ccc"});
    for (const Score& score : scores) {
      CHECK(score.status == Status::kError);
    }
    CHECK(server.requests() == 1);
  }
}

TEST_CASE("a reply with too few results costs no answer that can be scored alone", "[rewards][plugins]") {
  const HttpServer server([](const HttpRequest& request) -> HttpReply {
    const auto count = json::parse(request.body).at("samples").size();
    return {.body = count > 1 ? R"({"results":[]})" : R"({"results":[{"score":1}]})"};
  });
  for (const Score& score : plugin_test::score_all(*scorer_at(server, {}), {"a", "b", "c"})) {
    CHECK(score.score == 1.0);
  }
}
