#include "rl/start_probe.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/error.h"
#include "tests/rl/training_fixture.h"

using namespace hone;
using namespace hone::rl;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using rewards::probe::ProbeMode;

namespace {

/// What is said at a run's start.
std::vector<std::string> said(const RunConfig& config, cost::Ledger& ledger) {
  std::vector<std::string> lines;
  probe_scorers(
      config, {.config_file = "train.json"}, [&](const std::string& line) { lines.push_back(line); }, ledger);
  return lines;
}

/// Pays for every word, and a judge's fee with it.
RunConfig paying_for_length() {
  training_fixture::use_scorer("pays_for_length", [](const datasets::Question&, const rewards::Answer& answer) {
    rewards::Score score;
    score.score = static_cast<double>(answer.text.size());
    score.usage = {.calls = 1, .cached = 0, .prompt_tokens = 10, .completion_tokens = 2, .cost_usd = 0.5};
    return score;
  });
  return training_fixture::config("pays_for_length");
}

}  // namespace

TEST_CASE("a run says at its start what its scorers would pay for nothing", "[rl][probe]") {
  auto config = paying_for_length();
  config.probe.questions = 2;
  cost::Ledger ledger;
  const auto lines = said(config, ledger);
  REQUIRE(lines.size() > 1);
  CHECK_THAT(lines.front(), ContainsSubstring("holes"));
  CHECK(ledger.services().calls > 20);
  CHECK(ledger.services().usd == 0.5 * static_cast<double>(ledger.services().calls));
  CHECK(ledger.work(cost::Phase::kOther).seconds > 0.0);
}

TEST_CASE("a run does not start on holes where its config refuses to", "[rl][probe]") {
  auto config = paying_for_length();
  config.probe.questions = 1;
  config.probe.mode = ProbeMode::kRefuse;
  cost::Ledger ledger;
  CHECK_THROWS_MATCHES(said(config, ledger), core::RunError,
                       MessageMatches(ContainsSubstring("train.json") && ContainsSubstring("probe.mode is refuse")));

  auto exact = training_fixture::config("exact_math");
  exact.probe.mode = ProbeMode::kRefuse;
  cost::Ledger free;
  const auto lines = said(exact, free);
  REQUIRE_FALSE(lines.empty());
  CHECK_THAT(lines.front(), ContainsSubstring("held"));
  CHECK(free.services().calls == 0);
}

TEST_CASE("a run can be told not to attack its scorers", "[rl][probe]") {
  auto config = paying_for_length();
  config.probe.mode = ProbeMode::kOff;
  cost::Ledger ledger;
  CHECK(said(config, ledger).empty());
  CHECK(ledger.services().calls == 0);
}
