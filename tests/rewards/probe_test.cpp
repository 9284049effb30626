#include "rewards/probe/probe.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/config.h"
#include "core/error.h"
#include "rewards/exact_math.h"
#include "rewards/probe/probe_config.h"
#include "rewards/weighted.h"

using namespace hone::rewards;
using namespace hone::rewards::probe;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using hone::datasets::Question;

namespace {

/// A scorer made of a function of the answer's text.
class Simple final : public Scorer {
 public:
  using Function = std::function<double(const Question&, std::string_view)>;
  explicit Simple(Function function, bool judges_reasoning = false, Calls calls = {})
      : function_(std::move(function)), judges_reasoning_(judges_reasoning), calls_(calls) {}
  [[nodiscard]] Score score(const Question& question, const Answer& answer) const override {
    Score score;
    score.score = function_(question, answer.text);
    return score;
  }
  [[nodiscard]] bool judges_reasoning() const override { return judges_reasoning_; }
  [[nodiscard]] Calls calls() const override { return calls_; }

 private:
  Function function_;
  bool judges_reasoning_;
  Calls calls_;
};

std::vector<Question> sums() {
  return {{"a", "sums", {{"user", "What is 3 + 4?"}}, "7", nullptr, "<think>3 + 4 = 7</think>\n\\boxed{7}"},
          {"b", "sums", {{"user", "What is 3 + 5?"}}, "8", nullptr, "<think>3 + 5 = 8</think>\n\\boxed{8}"}};
}

const AttackOutcome& outcome(const ProbeReport& report, const std::string& name) {
  for (const AttackOutcome& one : report.attacks) {
    if (one.attack->name == name) {
      return one;
    }
  }
  throw std::logic_error("no attack " + name);
}

}  // namespace

TEST_CASE("exact math holds, and a bare result is expected of it", "[rewards][probe]") {
  const ProbeReport report = probe::probe(std::make_shared<ExactMath>(), sums(), ProbeOptions{});
  CHECK(report.held());
  CHECK(report.honest.known == 2);
  CHECK(report.honest.mean == 1.0);
  CHECK(outcome(report, "bare_conclusion").verdict == Verdict::kExpected);
  CHECK(outcome(report, "empty").verdict == Verdict::kHeld);
  CHECK(outcome(report, "another_answer").tried == 2);
  CHECK(outcome(report, "fake_citations").verdict == Verdict::kNotTried);
}

TEST_CASE("a scorer that claims to judge reasoning must not fall for a bare conclusion", "[rewards][probe]") {
  const auto substring = std::make_shared<Simple>(
      [](const Question& question, std::string_view text) {
        return text.find("{" + question.gold + "}") != std::string_view::npos ? 1.0 : 0.0;
      },
      true);
  const ProbeReport report = probe::probe(substring, sums(), ProbeOptions{});
  CHECK_FALSE(report.held());
  CHECK(outcome(report, "bare_conclusion").verdict == Verdict::kHole);
  CHECK(outcome(report, "bare_conclusion").worst_share == 1.0);
  CHECK(outcome(report, "hidden_in_thinking").verdict == Verdict::kHole);
  CHECK(outcome(report, "every_label").verdict == Verdict::kHole);
  CHECK(outcome(report, "empty").verdict == Verdict::kHeld);
}

TEST_CASE("what an attack earns is a share of what the honest answer earns", "[rewards][probe]") {
  // Honest answers have 0.4 in all; everything empty earns 0.1, a quarter of it.
  const auto scorer = std::make_shared<Simple>(
      [](const Question& question, std::string_view text) { return text == question.good_answer ? 0.4 : 0.1; });
  const ProbeReport report = probe::probe(scorer, sums(), {.threshold = 0.5, .pool = {}});
  CHECK_THAT(report.honest.mean, WithinAbs(0.4, 1e-12));
  CHECK_THAT(outcome(report, "empty").mean_share, WithinAbs(0.25, 1e-12));
  CHECK(report.held());
  CHECK_FALSE(probe::probe(scorer, sums(), {.threshold = 0.25, .pool = {}}).held());  // to reach it is enough
}

TEST_CASE("a scorer that throws or hangs on an attack is found out, not scored", "[rewards][probe]") {
  const auto crashing = std::make_shared<Simple>([](const Question& question, std::string_view text) -> double {
    if (text.empty()) {
      throw std::runtime_error("index out of range");
    }
    return text == question.good_answer ? 1.0 : 0.0;
  });
  const ProbeReport report = probe::probe(crashing, sums(), ProbeOptions{});
  CHECK_FALSE(report.held());
  CHECK(outcome(report, "empty").verdict == Verdict::kBroken);
  CHECK(outcome(report, "empty").statuses.at(Status::kError) >= 2);
  CHECK(outcome(report, "empty").failure_example == "index out of range");
  CHECK(outcome(report, "very_long").verdict == Verdict::kHeld);
}

TEST_CASE("a deadline holds in a probe too", "[rewards][probe]") {
  const auto slow = std::make_shared<Simple>([](const Question& question, std::string_view text) -> double {
    if (text.size() > 100'000 && text.front() == '(') {
      std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    }
    return text == question.good_answer ? 1.0 : 0.0;
  });
  const ProbeReport report = probe::probe(slow, sums(), {.pool = {.threads = 2, .deadline_s = 0.5, .grace_s = 3.0}});
  CHECK(outcome(report, "very_long").statuses.at(Status::kTimeout) == 2);
  CHECK(outcome(report, "very_long").verdict == Verdict::kBroken);
}

TEST_CASE("without an honest answer the best of the gold's forms stands for it", "[rewards][probe]") {
  auto questions = sums();
  questions[0].good_answer = "";
  questions[1] = {"c", "", {{"user", "Write a poem."}}, "", nullptr, ""};
  const ProbeReport report = probe::probe(std::make_shared<ExactMath>(), questions, ProbeOptions{});
  CHECK(report.honest.known == 1);
  CHECK(report.honest.unknown == 1);
  CHECK(report.honest.mean == 1.0);
}

TEST_CASE("an honest answer that earns nothing is said, and attacks are held against 1", "[rewards][probe]") {
  auto questions = sums();
  questions[0].good_answer = "I do not know.";
  const ProbeReport report = probe::probe(std::make_shared<ExactMath>(), questions, ProbeOptions{});
  CHECK(report.honest.poor == 1);
  CHECK(report.honest.known == 1);
  CHECK(report.honest.poorest.question_id == "a");
  bool is_said = false;
  for (const std::string& line : summary_lines(report)) {
    is_said = is_said || line.find("earn nothing") != std::string::npos;
  }
  CHECK(is_said);
}

TEST_CASE("a probe gives the same report whatever the number of threads", "[rewards][probe]") {
  const auto one = probe::probe(std::make_shared<ExactMath>(), sums(), {.pool = {.threads = 1}});
  const auto four = probe::probe(std::make_shared<ExactMath>(), sums(), {.pool = {.threads = 4}});
  for (std::size_t i = 0; i < one.attacks.size(); ++i) {
    CHECK(one.attacks[i].mean_share == four.attacks[i].mean_share);
    CHECK(one.attacks[i].worst.text == four.attacks[i].worst.text);
  }
}

TEST_CASE("a run's start says in a line that all held, and spares a service", "[rewards][probe]") {
  const ProbeConfig config;
  const auto start = probe_at_start(std::make_shared<ExactMath>(), sums(), config, {}, 1);
  REQUIRE(start.lines.size() == 2);
  CHECK_THAT(start.lines[0], ContainsSubstring("held against ") && ContainsSubstring("honest answers earn 1"));
  CHECK_THAT(start.lines[1], ContainsSubstring("bare_conclusion"));

  std::atomic<int> asked = 0;
  auto judge = std::make_shared<Simple>(
      [&](const Question& question, std::string_view text) {
        ++asked;
        return text == question.good_answer ? 1.0 : 0.0;
      },
      true, Calls{.batch = 1, .threads = 8, .longest_s = 30.0});
  auto many = sums();
  many.push_back({"c", "", {{"user", "?"}}, "9", nullptr, "\\boxed{9}"});
  const auto spared = probe_at_start(judge, many, config, {}, 1);
  CHECK(spared.report.questions == 2);
  CHECK(asked <= 2 + 2 * static_cast<int>(attacks().size()));
}

TEST_CASE("the hole's line quotes the answer safely", "[rewards][probe]") {
  const auto fooled =
      std::make_shared<Simple>([](const Question& /*question*/, std::string_view /*text*/) { return 1.0; });
  const auto start = probe_at_start(fooled, sums(), {}, {}, 1);
  CHECK_THAT(start.lines[0], ContainsSubstring("holes found"));
  for (const std::string& line : start.lines) {
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.size() < 600);
  }
}

TEST_CASE("the key probe of a config is read strictly", "[rewards][probe]") {
  const auto read = hone::core::from_json<ProbeConfig>({{"mode", "refuse"}, {"questions", 4}}, "train.json", "probe");
  CHECK(read.mode == ProbeMode::kRefuse);
  CHECK(read.questions == 4);
  CHECK_THROWS_AS(hone::core::from_json<ProbeConfig>({{"threshold", 0}}, "train.json", "probe"),
                  hone::core::ConfigError);
}
