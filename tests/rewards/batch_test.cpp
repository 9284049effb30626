#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "rewards/pool.h"
#include "rewards/weighted.h"

using namespace hone::rewards;

namespace {

/// Scores an answer by its length, several at once; at the answer "gate" it waits to be opened.
class Lengths final : public Scorer {
 public:
  explicit Lengths(const Calls& calls) : calls_(calls) {}

  [[nodiscard]] Score score(const hone::datasets::Question& /*question*/, const Answer& answer) const override {
    if (answer.text == "throw") {
      throw std::runtime_error("no such answer");
    }
    if (answer.text == "gate") {
      entered.set_value();
      opened.wait();
    }
    Score score;
    score.score = static_cast<double>(answer.text.size());
    score.extracted = answer.uid;
    score.usage.calls = 1;
    return score;
  }

  [[nodiscard]] std::vector<Score> score_batch(std::span<const Asked> asked) const override {
    const std::lock_guard lock(mutex);
    sizes.push_back(asked.size());
    auto scores = Scorer::score_batch(asked);
    if (asked.back().answer.text == "lose one") {
      scores.pop_back();
    }
    return scores;
  }

  [[nodiscard]] Calls calls() const override { return calls_; }

  mutable std::promise<void> entered;
  std::promise<void> open;
  std::shared_future<void> opened = open.get_future().share();
  mutable std::mutex mutex;
  mutable std::vector<std::size_t> sizes;

 private:
  Calls calls_;
};

Submission submission(std::uint64_t ticket, std::string text) {
  static const auto question =
      std::make_shared<const hone::datasets::Question>(hone::datasets::Question{"q", "", {}, "7", nullptr});
  return {.ticket = ticket,
          .question = question,
          .text = std::move(text),
          .group = "g",
          .uid = "g/" + std::to_string(ticket)};
}

/// The pool's only thread is held at a gate until all of these wait, so the batches are known.
std::vector<Scored> score_together(const std::shared_ptr<Lengths>& scorer, std::vector<std::string> texts) {
  ScoringPool pool(scorer, {.threads = 1, .deadline_s = 60});
  std::uint64_t ticket = 0;
  pool.submit(submission(ticket++, "gate"));
  scorer->entered.get_future().wait();
  for (auto& text : texts) {
    pool.submit(submission(ticket++, std::move(text)));
  }
  scorer->open.set_value();
  auto scored = pool.collect();
  scored.erase(scored.begin());
  return scored;
}

}  // namespace

TEST_CASE("a scorer that likes batches gets what waits, up to its size", "[rewards][pool]") {
  const auto scorer = std::make_shared<Lengths>(Calls{.batch = 4});
  ScoringPool pool(scorer, {.threads = 1, .deadline_s = 60});
  for (std::uint64_t ticket = 0; ticket < 50; ++ticket) {
    pool.submit(submission(ticket, std::string(ticket, 'x')));
  }
  const auto scored = pool.collect();
  REQUIRE(scored.size() == 50);
  for (std::uint64_t ticket = 0; ticket < 50; ++ticket) {
    CHECK(scored[ticket].score.score == static_cast<double>(ticket));
    CHECK(scored[ticket].score.extracted == "g/" + std::to_string(ticket));
  }
  for (const std::size_t size : scorer->sizes) {
    CHECK(size <= 4);
  }
  CHECK(pool.counters().usage.calls == 50);
}

TEST_CASE("what one answer of a batch throws is its own error", "[rewards][pool]") {
  const auto scorer = std::make_shared<Lengths>(Calls{.batch = 8});
  const auto scored = score_together(scorer, {"xx", "throw", "xxx", "xxxx"});
  CHECK(scorer->sizes == std::vector<std::size_t>{4});
  CHECK(scored[0].score.score == 2.0);
  CHECK(scored[1].score.status == Status::kError);
  CHECK(scored[1].score.detail == "no such answer");
  CHECK(scored[2].score.score == 3.0);
  CHECK(scored[3].score.score == 4.0);
}

TEST_CASE("a batch that does not come back whole is an error for all of it, and for no other", "[rewards][pool]") {
  const auto scorer = std::make_shared<Lengths>(Calls{.batch = 2});
  const auto scored = score_together(scorer, {"x", "lose one", "xx", "xxx"});
  CHECK(scored[0].score.status == Status::kError);
  CHECK(scored[0].score.detail == "the scorer gave 1 scores for 2 answers");
  CHECK(scored[1].score.status == Status::kError);
  CHECK(scored[2].score.score == 2.0);
  CHECK(scored[3].score.score == 3.0);
}

TEST_CASE("a scorer that ends its calls by itself is waited for beyond the pool's deadline", "[rewards][pool]") {
  class Slow final : public Scorer {
   public:
    [[nodiscard]] Score score(const hone::datasets::Question& /*question*/, const Answer& /*answer*/) const override {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      Score score;
      score.score = 1.0;
      return score;
    }
    [[nodiscard]] Calls calls() const override { return {.batch = 1, .threads = 6, .longest_s = 60.0}; }
  };
  const auto start = std::chrono::steady_clock::now();
  ScoringPool pool(std::make_shared<Slow>(), {.threads = 1, .deadline_s = 0.05});
  for (std::uint64_t ticket = 0; ticket < 6; ++ticket) {
    pool.submit(submission(ticket, "x"));
  }
  for (const auto& scored : pool.collect()) {
    CHECK(scored.score.status == Status::kOk);
  }
  // Six at once, as it asked for six threads: one after the other they would take 1.8 s.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1500));
}

TEST_CASE("a weighted sum scores a batch as it scores one after the other", "[rewards][weighted]") {
  const auto lengths = std::make_shared<Lengths>(Calls{.batch = 16, .threads = 3, .longest_s = 2.0});
  const auto others = std::make_shared<Lengths>(Calls{.batch = 4, .threads = 5, .longest_s = 1.0});
  const Weighted weighted({{"a", 1.0, lengths}, {"b", 0.5, others}});
  CHECK(weighted.calls().batch == 16);
  CHECK(weighted.calls().threads == 5);
  CHECK(weighted.calls().longest_s == 3.0);
  CHECK_FALSE(weighted.judges_reasoning());

  const hone::datasets::Question question{"q", "", {}, "7", nullptr};
  const std::vector<Asked> asked = {
      {&question, {.text = "xx"}}, {&question, {.text = "throw"}}, {&question, {.text = ""}}};
  const auto scores = weighted.score_batch(asked);
  REQUIRE(scores.size() == 3);
  CHECK(scores[0].score == 3.0);
  CHECK(scores[0].usage.calls == 2);
  CHECK(scores[1].status == Status::kError);
  CHECK(scores[1].score == 0.0);
  CHECK(scores[2].score == 0.0);
  CHECK(scores[2].status == Status::kOk);
}
