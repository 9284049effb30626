#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>

#include "core/error.h"
#include "rewards/plugins/shared_library.h"
#include "tests/rewards/plugin_fixture.h"

using namespace hone::rewards;
using Catch::Matchers::ContainsSubstring;
using plugin_test::score_all;

namespace {

SharedLibrary load(const std::string& name, const nlohmann::json& options = nlohmann::json::object()) {
  SharedLibraryOptions read;
  read.path = name;
  read.options = options;
  ScorerSetting setting;
  setting.where = "score.json: options";
  setting.folder = plugin_test::build_folder();
  return {read, setting};
}

void check_refused(const std::string& name, const nlohmann::json& options, const std::string& message) {
  try {
    load(name, options);
    FAIL("it was loaded");
  } catch (const hone::core::ConfigError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("score.json: options.path: "));
    CHECK_THAT(error.what(), ContainsSubstring(message));
  }
}

}  // namespace

TEST_CASE("a shared library scores, by the C++ wrapper", "[rewards][plugins]") {
  const auto scorer = load("wrapped_library.so");
  CHECK(scorer.judges_reasoning());
  hone::datasets::Question question{.id = "q",
                                    .domain = "d",
                                    .messages = {{"system", "Be brief."}, {"user", "Is it \"hearsay\"?"}},
                                    .gold = "yes",
                                    .reference = {{"rule", "801(c)"}},
                                    .good_answer = ""};
  const std::string text = "yes";
  const Answer answer{.text = text, .truncated = true, .tokens = 2, .uid = "1/q/0", .group = "1/q"};
  const Score score = scorer.score(question, answer);
  CHECK(score.score == 1.0);
  CHECK(score.status == Status::kWrongFormat);
  CHECK(score.parts == std::vector<std::pair<std::string, double>>{{"tokens", 2.0}, {"length", 3.0}});
  CHECK(score.extracted ==
        "Be brief.\n\nIs it \"hearsay\"?|[{\"role\":\"system\",\"content\":\"Be brief.\"},"
        "{\"role\":\"user\",\"content\":\"Is it \\\"hearsay\\\"?\"}]");
  CHECK(score.detail == "{\"rule\":\"801(c)\"}|1/q/0|1/q");
  REQUIRE(score.spans.size() == 1);
  CHECK(score.spans[0].end == 3);
}

TEST_CASE("what a C++ plug-in throws costs one answer", "[rewards][plugins]") {
  const auto scores = score_all(load("wrapped_library.so"), {"a", "throw", "", "throw an int"});
  CHECK(scores[0].status == Status::kOk);
  CHECK(scores[1].status == Status::kError);
  CHECK(scores[1].detail == "no idea");
  CHECK(scores[2].score == 1.0);  // the question's reference is empty too
  CHECK(scores[3].detail == "the scorer threw something that is no std::exception");
}

TEST_CASE("nonsense from a shared library costs the answer that it is about", "[rewards][plugins]") {
  const auto scorer = load("faulty_library.so");
  CHECK(scorer.calls().batch == 4);
  const std::vector<std::string> commands = {"nothing",      "nan",        "infinity",    "status",   "null text",
                                             "endless text", "null parts", "broken part", "nan part", "too many parts",
                                             "wide span",    "turned span"};
  for (const std::string& command : commands) {
    const auto scores = score_all(scorer, {"fine", command, "fine"});
    INFO(command);
    CHECK(scores[0].score == 0.5);
    CHECK(scores[1].status == Status::kError);
    CHECK_THAT(scores[1].detail, ContainsSubstring("the plug-in"));
    CHECK(scores[2].score == 0.5);
  }
  CHECK(score_all(scorer, {"greedy"}).front().score == 0.25);  // it was refused the memory
}

TEST_CASE("a call that a plug-in fails is an error for all of its answers and no others", "[rewards][plugins]") {
  const auto scores = score_all(load("faulty_library.so"), {"a", "fail", "b", "c", "d"});  // four a call
  for (int i = 0; i < 4; ++i) {
    CHECK(scores[static_cast<std::size_t>(i)].status == Status::kError);
  }
  CHECK_THAT(scores[0].detail, ContainsSubstring("the plug-in failed with 9: out of"));
  CHECK(scores[4].score == 0.5);
}

TEST_CASE("a plug-in that is not safe from several threads is called by one at a time", "[rewards][plugins]") {
  const auto scorer = load("faulty_library.so");  // counts its calls without a lock, which the thread sanitizer sees
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&scorer] {
      for (int call = 0; call < 200; ++call) {
        (void)score_all(scorer, {"a"});
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
}

TEST_CASE("a shared library that is none, or refuses, says why", "[rewards][plugins]") {
  check_refused("no_such_library.so", {}, "cannot be loaded");
  check_refused("faulty_scorer", {}, "cannot be loaded");
  check_refused("wrapped_library.so", {{"do", "throw"}}, "refuses its options: a word list is missing");
  check_refused("faulty_library.so", {{"do", "refuse"}}, "refuses its options: xxxx");
}
