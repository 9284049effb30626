#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <thread>

#include "core/random.h"
#include "tests/rewards/plugin_fixture.h"

using namespace hone::rewards;

namespace {

const std::vector<std::string> kPoisons = {"segfault",     "exit",     "garbage",     "leave child and exit",
                                           "close stdout", "wrong id", "one too few", "exit quietly"};

/// One call of up to eight answers, one in fifty calls with a poison; true if every score is as it must be.
bool is_scored_exactly(const Scorer& scorer, int call) {
  hone::core::RandomStream draw(6, "plugin leaks", static_cast<std::uint64_t>(call));
  std::vector<std::string> answers;
  const auto count = draw.integer(1, 8);
  for (std::int64_t i = 0; i < count; ++i) {
    answers.push_back("give " + std::to_string(call * 8 + i));
  }
  std::int64_t poisoned = -1;
  if (draw.chance(0.02)) {
    poisoned = draw.integer(0, count - 1);
    answers[static_cast<std::size_t>(poisoned)] = draw.pick(kPoisons);
  }
  const auto scores = plugin_test::score_all(scorer, answers);
  for (std::int64_t i = 0; i < count; ++i) {
    const Score& score = scores[static_cast<std::size_t>(i)];
    const bool is_right =
        i == poisoned ? score.status == Status::kError : score.status == Status::kOk && score.score == call * 8.0 + i;
    if (!is_right) {
      UNSCOPED_INFO("call " << call << ", " << answers[static_cast<std::size_t>(i)] << ": " << status_name(score.status)
                            << ", " << score.score << ", " << score.detail);
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("10,000 calls with poison among them mask that alone and leave nothing behind", "[rewards][plugins][slow]") {
  const auto isolation = GENERATE(Isolation::kNone, Isolation::kBestEffort);
  const auto before = plugin_test::held();
  plugin_test::Held early;
  plugin_test::Held late;
  {
    auto options = plugin_test::faulty_options();
    options.isolation = isolation;
    options.workers = 2;
    options.deadline_s = 60.0;  // nothing hangs here, and a busy machine must not look like it
    const auto scorer = plugin_test::faulty_scorer(options);
    const int calls = plugin_test::rounds(10000);
    std::vector<int> wrong(2, 0);
    const auto score_half = [&](int half, int first, int last) {
      for (int call = first + half; call < last; call += 2) {
        wrong[static_cast<std::size_t>(half)] += is_scored_exactly(*scorer, call) ? 0 : 1;
      }
    };
    const auto score_between = [&](int first, int last) {
      std::thread other(score_half, 1, first, last);
      score_half(0, first, last);
      other.join();
    };
    score_between(0, calls / 10);
    early = plugin_test::held();
    score_between(calls / 10, calls);
    late = plugin_test::held();
    CHECK(wrong == std::vector<int>{0, 0});
  }
  CHECK(late.descriptors <= early.descriptors + 6);  // both workers, or the one that was needed so far
  CHECK(late.children <= 2);
  CHECK(plugin_test::held() == before);
}
