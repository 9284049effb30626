#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "rewards/plugins/process.h"
#include "tests/rewards/plugin_fixture.h"

using namespace hone::rewards;
using Catch::Matchers::ContainsSubstring;
using plugin_test::faulty_options;
using plugin_test::faulty_scorer;
using plugin_test::held;
using plugin_test::score_all;

namespace {

struct Fault {
  std::string command;
  Status status;
  std::string reason;
};

/// A fault among seven sound answers, at a place that is not the first of any half.
void check_masked_alone(const Scorer& scorer, const Fault& fault) {
  std::vector<std::string> answers = {"give 0", "give 1", "give 0.25", "give -2", "give 4", "give 0.5", "give 0.125"};
  answers.insert(answers.begin() + 5, fault.command);
  const auto scores = score_all(scorer, answers);
  const std::vector<double> expected = {0, 1, 0.25, -2, 4, 0, 0.5, 0.125};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    INFO(answers[i] << ": " << status_name(scores[i].status) << ", " << scores[i].detail);
    CHECK(scores[i].score == expected[i]);
    CHECK(scores[i].status == (i == 5 ? fault.status : Status::kOk));
  }
  CHECK_THAT(scores[5].detail, ContainsSubstring(fault.reason));
}

}  // namespace

TEST_CASE("a process that fails on an answer costs that answer alone", "[rewards][plugins]") {
  const auto before = held();
  {
    const auto isolation = GENERATE(Isolation::kNone, Isolation::kBestEffort);
    auto options = faulty_options();
    options.isolation = isolation;
    options.max_line_mb = 4;
    const auto scorer = faulty_scorer(options);
    for (const Fault& fault : std::vector<Fault>{
             {"segfault", Status::kError, "SIGSEGV"},
             {"exit", Status::kError, "exit status 3"},
             {"exit quietly", Status::kError, "exit status 0"},
             {"abort", Status::kError, "ended with signal"},
             {"garbage", Status::kError, "no JSON"},
             {"garbage without end", Status::kError, "a line of more than 4194304 bytes"},
             {"close stdout", Status::kError, "closed its standard output"},
             {"close all", Status::kError, "closed its standard output"},
             {"eat memory", Status::kError, "ended with signal"},
             {"leave child and exit", Status::kError, "exit status 0"},
             {"wrong id", Status::kError, "request 123456789"},
             {"one too few", Status::kError, "results for 1 samples"},
             {"refuse", Status::kError, "cannot read this one"},
             {"deep", Status::kError, "nested too deeply"},
         }) {
      check_masked_alone(*scorer, fault);
    }
  }
  CHECK(held() == before);
}

TEST_CASE("a process that hangs on an answer costs that answer alone", "[rewards][plugins]") {
  const auto before = held();
  {
    const auto isolation = GENERATE(Isolation::kNone, Isolation::kBestEffort);
    auto options = faulty_options();
    options.isolation = isolation;
    options.deadline_s = 0.3;
    const auto scorer = faulty_scorer(options);
    for (const char* command : {"hang", "ignore signals", "late", "stderr without end", "leave child and hang"}) {
      check_masked_alone(*scorer, {command, Status::kTimeout, "did not answer within 0."});
    }
  }
  CHECK(held() == before);
}

TEST_CASE("processor time is limited apart from the time on the wall", "[rewards][plugins]") {
  auto options = faulty_options();
  options.deadline_s = 60.0;
  options.processor_s = 0.2;
  const auto scorer = faulty_scorer(options);
  check_masked_alone(*scorer, {"spin", Status::kTimeout, "0.20 s of processor time"});
}

TEST_CASE("a result that is none is refused alone and the worker is kept", "[rewards][plugins]") {
  const auto scorer = faulty_scorer(faulty_options());
  for (const Fault& fault : std::vector<Fault>{
           {"nan", Status::kError, "needs a finite number"},
           {"minus infinity", Status::kError, "needs a finite number"},
           {"too large", Status::kError, "needs a finite number"},
           {"string", Status::kError, "needs a finite number"},
           {"no score", Status::kError, "no score"},
           {"wrong uid", Status::kError, "someone else's"},
           {"unknown key", Status::kError, "did you mean \"score\"?"},
           {"unknown status", Status::kError, "needs ok, wrong_format, unscorable or error"},
           {"bad span", Status::kError, "needs an integer from 0"},
           {"own error", Status::kError, "the reference is broken"},
           {"unscorable", Status::kUnscorable, "no reason"},
       }) {
    check_masked_alone(*scorer, fault);
  }
}

TEST_CASE("a process that talks too much, answers twice or leaves children behind still scores", "[rewards][plugins]") {
  const auto before = held();
  {
    const auto isolation = GENERATE(Isolation::kNone, Isolation::kBestEffort);
    auto options = faulty_options();
    options.isolation = isolation;
    const auto scorer = faulty_scorer(options);
    for (const char* command : {"twice", "talk on stderr", "leave child", "twice"}) {
      const auto scores = score_all(*scorer, {"give 1", command, "give 2"});
      INFO(command << ": " << scores[1].detail);
      CHECK(scores[0].score == 1.0);
      CHECK(scores[1].status == Status::kOk);
      CHECK(scores[2].score == 2.0);
    }
  }
  CHECK(held() == before);
}

TEST_CASE("a reply that is written ahead of its request is no reply", "[rewards][plugins]") {
  const auto scorer = faulty_scorer(faulty_options());
  for (int i = 0; i < plugin_test::rounds(40); ++i) {
    CHECK(score_all(*scorer, {"forge"}).front().status == Status::kOk);
    CHECK(score_all(*scorer, {"give 3"}).front().score == 3.0);
  }
}

TEST_CASE("what brings a worker down after its answer does not cost the next one", "[rewards][plugins]") {
  const auto scorer = faulty_scorer(faulty_options());
  for (int i = 0; i < plugin_test::rounds(40); ++i) {
    CHECK(score_all(*scorer, {"die soon"}).front().status == Status::kOk);
    CHECK(score_all(*scorer, {"give 3"}).front().score == 3.0);
  }
}

TEST_CASE("all that a process says of an answer is kept", "[rewards][plugins]") {
  const auto scorer = faulty_scorer(faulty_options());
  const auto score = score_all(*scorer, {"rich"}).front();
  CHECK(score.status == Status::kWrongFormat);
  CHECK(score.score == 0.5);
  CHECK(score.parts == std::vector<std::pair<std::string, double>>{{"fact", 1.0}, {"form", 0.0}});
  CHECK(score.extracted == "rich");
  CHECK(score.detail == "no box");
  REQUIRE(score.spans.size() == 1);
  CHECK(score.spans[0].end == 4);
  CHECK(score.spans[0].item == "fact");
  CHECK(score.spans[0].points == 0.5);
}

TEST_CASE("a process that does not start says why", "[rewards][plugins]") {
  const auto refuses = [](const ProcessOptions& options, const std::string& message) {
    try {
      (void)faulty_scorer(options);
      FAIL("it started");
    } catch (const hone::core::ConfigError& error) {
      CHECK_THAT(error.what(), ContainsSubstring("score.json: scorers.faulty.options"));
      CHECK_THAT(error.what(), ContainsSubstring(message));
    }
  };
  const auto before = held();
  refuses(faulty_options({"no-hello"}), "exit status 5; it last wrote to standard error: cannot find my word list");
  refuses(faulty_options({"bad-hello"}), "and is Loading model...");
  auto slow = faulty_options({"slow-hello"});
  slow.start_s = 0.2;
  refuses(slow, "s, before its hello");
  auto missing = faulty_options();
  missing.command = {"no-such-program-anywhere"};
  refuses(missing, ".command.0 is \"no-such-program-anywhere\", needs a program: there is none in /usr/local/bin");
  missing.command = {"./no-such-program"};
  refuses(missing, "is no file that can be run");
  auto lost = faulty_options();
  lost.working_folder = "/no/such/folder";
  refuses(lost, "cannot start in the folder /no/such/folder");
  CHECK(held() == before);
}

TEST_CASE("a batch is no larger than the worker likes", "[rewards][plugins]") {
  CHECK(faulty_scorer(faulty_options({"batch=3"}))->calls().batch == 3);
  CHECK(faulty_scorer(faulty_options())->calls().batch == 64);
  const auto scorer = faulty_scorer(faulty_options({"batch=3"}));
  CHECK(score_all(*scorer, std::vector<std::string>(10, "give 7")).back().score == 7.0);
}

TEST_CASE("a call ends by itself within the time that it says", "[rewards][plugins]") {
  auto options = faulty_options();
  options.deadline_s = 0.1;
  options.longest_s = 0.5;
  const auto scorer = faulty_scorer(options);
  const auto started = std::chrono::steady_clock::now();
  const auto scores = score_all(*scorer, std::vector<std::string>(64, "hang"));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  CHECK(took.count() >= 0.5);
  CHECK(took.count() < scorer->calls().longest_s + 10.0);  // how late a busy machine may be
  for (const Score& score : scores) {
    CHECK(score.status == Status::kTimeout);
  }
}
