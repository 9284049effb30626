#include "rewards/pool.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <future>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace hone::rewards;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Does what the answer says.
class Obedient final : public Scorer {
 public:
  [[nodiscard]] Score score(const hone::datasets::Question& question, const Answer& answer) const override {
    Score score;
    score.score = 1.0;
    score.extracted = question.id + ":" + std::string(answer.text);
    if (answer.text == "throw") {
      throw std::runtime_error("no such rubric");
    }
    if (answer.text == "throw an int") {
      throw 3;
    }
    if (answer.text == "nan") {
      score.score = std::numeric_limits<double>::quiet_NaN();
    }
    if (answer.text == "infinite part") {
      score.parts = {{"x", std::numeric_limits<double>::infinity()}};
    }
    if (answer.text == "nap") {
      std::this_thread::sleep_for(std::chrono::milliseconds(answer.tokens));
    }
    if (answer.text == "give up at the deadline") {
      std::this_thread::sleep_until(answer.deadline);
      score.status = Status::kTimeout;
    }
    if (answer.text == "hang") {
      ++hanging;
      release.wait();
      --hanging;
    }
    return score;
  }

  std::promise<void> let_go;
  std::shared_future<void> release = let_go.get_future().share();
  mutable std::atomic<int> hanging{0};
};

Submission submission(std::uint64_t ticket, std::string text, std::int64_t tokens = 0) {
  static const auto question =
      std::make_shared<const hone::datasets::Question>(hone::datasets::Question{"q", "", {}, "7", nullptr});
  return {ticket, question, std::move(text), false, tokens};
}

}  // namespace

TEST_CASE("results come back in the order of their tickets, whatever finishes first", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 4, .deadline_s = 30});
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t i = 0; i < 40; ++i) {
      const std::uint64_t ticket = (i * 7) % 40;  // not submitted in order either
      pool.submit(submission(ticket, "nap", static_cast<std::int64_t>((40 - ticket) % 5)));
    }
    const auto results = pool.collect();
    REQUIRE(results.size() == 40);
    for (std::uint64_t i = 0; i < 40; ++i) {
      CHECK(results[i].ticket == i);
      CHECK(results[i].score.extracted == "q:nap");
    }
  }
  CHECK(pool.collect().empty());
  CHECK(pool.counters().scored == 120);
  CHECK(pool.counters().errors == 0);
}

TEST_CASE("an answer is scored while others are still being written", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 2, .deadline_s = 30});
  pool.submit(submission(0, "at once"));
  const auto start = Clock::now();
  while (pool.counters().scored == 0 && seconds_since(start) < 10) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(pool.counters().scored == 1);  // before any collect
  pool.submit(submission(1, "later"));
  CHECK(pool.collect().size() == 2);
}

TEST_CASE("two threads score two answers at once", "[rewards][pool]") {
  const auto scorer = std::make_shared<Obedient>();
  ScoringPool pool(scorer, {.threads = 2, .deadline_s = 30});
  pool.submit(submission(0, "hang"));
  pool.submit(submission(1, "hang"));
  const auto start = Clock::now();
  while (scorer->hanging < 2 && seconds_since(start) < 10) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(scorer->hanging == 2);
  scorer->let_go.set_value();
  for (const Scored& scored : pool.collect()) {
    CHECK(scored.score.status == Status::kOk);
  }
}

TEST_CASE("what a scorer throws is an error with its message", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 2, .deadline_s = 30});
  pool.submit(submission(0, "throw"));
  pool.submit(submission(1, "throw an int"));
  pool.submit(submission(2, "fine"));
  const auto results = pool.collect();
  CHECK(results[0].score.status == Status::kError);
  CHECK(results[0].score.detail == "no such rubric");
  CHECK(results[1].score.status == Status::kError);
  CHECK_FALSE(results[1].score.detail.empty());
  CHECK(results[2].score.status == Status::kOk);
  CHECK(pool.counters().errors == 2);
}

TEST_CASE("a score that is not finite is an error, not a reward", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 1, .deadline_s = 30});
  pool.submit(submission(0, "nan"));
  pool.submit(submission(1, "infinite part"));
  for (const Scored& scored : pool.collect()) {
    CHECK(scored.score.status == Status::kError);
    CHECK(scored.score.score == 0.0);
    CHECK_THAT(scored.score.detail, ContainsSubstring("not finite"));
  }
}

TEST_CASE("a scorer is told its deadline and may keep it itself", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 1, .deadline_s = 0.05});
  pool.submit(submission(0, "give up at the deadline"));
  const auto results = pool.collect();
  CHECK(results[0].score.status == Status::kTimeout);
  CHECK(pool.counters().timeouts == 1);
}

TEST_CASE("a scorer that comes back late has timed out", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 1, .deadline_s = 0.02});
  pool.submit(submission(0, "nap", 200));
  std::this_thread::sleep_for(400ms);  // it is back before anyone asks
  const auto results = pool.collect();
  CHECK(results[0].score.status == Status::kTimeout);
  CHECK(results[0].score.score == 0.0);
}

TEST_CASE("scorers that hang hold up neither the rest nor the end", "[rewards][pool]") {
  const auto scorer = std::make_shared<Obedient>();
  const auto start = Clock::now();
  {
    ScoringPool pool(scorer, {.threads = 2, .deadline_s = 0.1, .grace_s = 0.1});
    for (std::uint64_t ticket = 0; ticket < 6; ++ticket) {
      pool.submit(submission(ticket, ticket < 3 ? "hang" : "fine"));
    }
    const auto results = pool.collect();
    REQUIRE(results.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(results[i].score.status == (i < 3 ? Status::kTimeout : Status::kOk));
    }
    CHECK(pool.counters().timeouts == 3);
    CHECK(pool.counters().threads_hanging == 3);
    pool.submit(submission(0, "fine"));
    CHECK(pool.collect()[0].score.status == Status::kOk);
  }
  CHECK(seconds_since(start) < 10);
  CHECK(scorer->hanging == 3);  // the pool is gone, they are not
  scorer->let_go.set_value();
  while (scorer->hanging > 0) {
    std::this_thread::sleep_for(1ms);
  }
}

TEST_CASE("a thread that comes back late is used again and its result thrown away", "[rewards][pool]") {
  const auto scorer = std::make_shared<Obedient>();
  ScoringPool pool(scorer, {.threads = 1, .deadline_s = 0.1, .grace_s = 5});
  pool.submit(submission(0, "hang"));
  CHECK(pool.collect()[0].score.status == Status::kTimeout);
  CHECK(pool.counters().threads_hanging == 1);
  scorer->let_go.set_value();
  const auto start = Clock::now();
  while (pool.counters().threads_hanging > 0 && seconds_since(start) < 10) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(pool.counters().threads_hanging == 0);
  CHECK(pool.counters().scored == 1);
  CHECK(pool.collect().empty());
}

TEST_CASE("when scorers hang without end the rest is refused with a reason", "[rewards][pool]") {
  const auto scorer = std::make_shared<Obedient>();
  {
    ScoringPool pool(scorer, {.threads = 8, .deadline_s = 0.02, .grace_s = 0});
    for (std::uint64_t ticket = 0; ticket < 200; ++ticket) {
      pool.submit(submission(ticket, "hang"));
    }
    const auto results = pool.collect();
    REQUIRE(results.size() == 200);
    CHECK(results.front().score.status == Status::kTimeout);
    CHECK(results.back().score.status == Status::kError);
    CHECK_THAT(results.back().score.detail, ContainsSubstring("hang"));
    CHECK(pool.counters().threads_hanging < 100);
  }
  scorer->let_go.set_value();
  while (scorer->hanging > 0) {
    std::this_thread::sleep_for(1ms);
  }
}

TEST_CASE("a pool may go with work undone", "[rewards][pool]") {
  const auto start = Clock::now();
  {
    ScoringPool pool(std::make_shared<Obedient>(), {.threads = 1, .deadline_s = 30, .grace_s = 20});
    for (std::uint64_t ticket = 0; ticket < 1000; ++ticket) {
      pool.submit(submission(ticket, "nap", 20));
    }
  }
  CHECK(seconds_since(start) < 10);  // what waits is dropped, what runs is waited for
}

TEST_CASE("busy seconds and the slowest answer are counted", "[rewards][pool]") {
  ScoringPool pool(std::make_shared<Obedient>(), {.threads = 2, .deadline_s = 30});
  pool.submit(submission(0, "nap", 50));
  pool.submit(submission(1, "nap", 100));
  const auto results = pool.collect();
  CHECK(results[1].seconds >= 0.1);
  CHECK(pool.counters().busy_s >= 0.15);
  CHECK(pool.counters().slowest_s >= 0.1);
}
