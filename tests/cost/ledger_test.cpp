#include "cost/ledger.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>
#include <string>

#include "core/error.h"

using namespace hone;
using cost::Ledger;
using cost::Phase;

TEST_CASE("work adds up by phase and over all", "[cost][ledger]") {
  Ledger ledger;
  ledger.add(Phase::kDecode, {.seconds = 1.5, .tokens = 100, .model_flops = 1e9, .hardware_flops = 2e9});
  ledger.add(Phase::kDecode, {.seconds = 0.5, .tokens = 28, .model_flops = 5e8, .hardware_flops = 5e8});
  ledger.add(Phase::kBackward, {.seconds = 2.0, .tokens = 64, .model_flops = 4e9, .hardware_flops = 6e9});
  CHECK(ledger.work(Phase::kDecode).seconds == 2.0);
  CHECK(ledger.work(Phase::kDecode).tokens == 128);
  CHECK(ledger.work(Phase::kScoring).seconds == 0.0);
  const auto total = ledger.total();
  CHECK(total.seconds == 4.0);
  CHECK(total.tokens == 192);
  CHECK(total.model_flops == 5.5e9);
  CHECK(total.hardware_flops == 8.5e9);
}

TEST_CASE("what judges took is added up and survives being saved", "[cost][ledger]") {
  Ledger ledger;
  ledger.charge({.calls = 2, .cached = 1, .prompt_tokens = 300, .completion_tokens = 40, .usd = 0.25});
  ledger.charge({.calls = 1, .cached = 0, .prompt_tokens = 100, .completion_tokens = 10, .usd = 0.5});
  const auto copy = Ledger::from_json(nlohmann::json::parse(ledger.to_json().dump()));
  CHECK(copy.services().calls == 3);
  CHECK(copy.services().cached == 1);
  CHECK(copy.services().prompt_tokens == 400);
  CHECK(copy.services().completion_tokens == 50);
  CHECK(copy.services().usd == 0.75);
  CHECK(copy.total().seconds == 0.0);  // a service's time is in the wait for scorers

  auto without = ledger.to_json();
  without.erase("services");
  CHECK(Ledger::from_json(without).services().calls == 0);
}

TEST_CASE("discarded work is a part of what was counted, not more of it", "[cost][ledger]") {
  Ledger ledger;
  ledger.add(Phase::kDecode, {.seconds = 1.0, .tokens = 10, .model_flops = 100.0, .hardware_flops = 100.0});
  ledger.discard({.seconds = 0.25, .tokens = 4, .model_flops = 40.0, .hardware_flops = 40.0});
  CHECK(ledger.total().tokens == 10);
  CHECK(ledger.discarded().tokens == 4);
  CHECK(ledger.discarded().model_flops == 40.0);
}

TEST_CASE("a ledger that was written to text is read back to the last bit", "[cost][ledger]") {
  Ledger ledger;
  for (int i = 0; i < cost::kPhaseCount; ++i) {
    const double odd = 1.0 / 3.0 + 1e-17 * i;
    ledger.add(static_cast<Phase>(i), {odd, 1'000'000'007LL * i, 1e21 * odd, 3e-310 + odd});
  }
  ledger.add(Phase::kOther, {0.1, 1, 0.2, 0.7});
  ledger.discard({0.1 + 0.2, 9'007'199'254'740'993, 1.0 / 7.0, 2.0 / 3.0});
  const auto copy = Ledger::from_json(nlohmann::json::parse(ledger.to_json().dump()));
  for (int i = 0; i < cost::kPhaseCount; ++i) {
    const auto& before = ledger.work(static_cast<Phase>(i));
    const auto& after = copy.work(static_cast<Phase>(i));
    CHECK(after.seconds == before.seconds);
    CHECK(after.tokens == before.tokens);
    CHECK(after.model_flops == before.model_flops);
    CHECK(after.hardware_flops == before.hardware_flops);
  }
  CHECK(copy.discarded().seconds == ledger.discarded().seconds);
  CHECK(copy.discarded().tokens == 9'007'199'254'740'993);
}

TEST_CASE("each phase has its own name", "[cost][ledger]") {
  std::set<std::string> names;
  for (int i = 0; i < cost::kPhaseCount; ++i) names.emplace(cost::phase_name(static_cast<Phase>(i)));
  CHECK(names.size() == cost::kPhaseCount);
  CHECK(cost::phase_name(Phase::kPrefill) == "prefill");
  CHECK(cost::phase_name(Phase::kOldPolicy) == "old_policy");
  CHECK(cost::phase_name(Phase::kOther) == "other");
  CHECK(Ledger().to_json()["phases"].size() == cost::kPhaseCount);
}

TEST_CASE("a broken ledger is refused", "[cost][ledger]") {
  auto json = Ledger().to_json();
  json["phases"]["tea"] = json["phases"]["decode"];
  CHECK_THROWS_WITH(Ledger::from_json(json), "ledger: phases.tea is no phase");
  for (const char* text : {"null", "{}", "[]", R"({"phases":{"decode":{"seconds":"x"}},"discarded":{}})"}) {
    CHECK_THROWS_AS(Ledger::from_json(nlohmann::json::parse(text)), core::DataError);
  }
}
