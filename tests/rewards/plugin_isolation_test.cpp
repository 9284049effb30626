#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>

#include "core/error.h"
#include "rewards/plugins/process.h"
#include "tests/rewards/plugin_fixture.h"

using namespace hone::rewards;
using Catch::Matchers::ContainsSubstring;

namespace {

std::map<std::string, double> looked_around(const ProcessOptions& options) {
  ScorerSetting setting;
  setting.where = "score.json: options";
  setting.environment = [](const std::string& name) -> std::optional<std::string> {
    return name == "HONE_TEST_SECRET" || name == "HONE_TEST_PUBLIC" ? std::optional<std::string>("x") : std::nullopt;
  };
  const Process scorer(options, setting);
  const Score score = plugin_test::score_all(scorer, {"look around"}).front();
  REQUIRE(score.status == Status::kOk);
  CHECK(score.notes.empty());
  return {score.parts.begin(), score.parts.end()};
}

void check_scrubbed(std::map<std::string, double>& seen) {
  CHECK(seen["descriptors"] == 3);
  CHECK(seen["writes_home"] == 1);
  CHECK(seen["starts_in_home"] == 1);
  CHECK(seen["has_secret"] == 0);
  CHECK(seen["variables"] == 6);  // PATH, LANG, HOME, TMPDIR, the mark, and the one that is passed on
  CHECK(seen["leads_session"] == 1);
  CHECK(seen["no_new_privileges"] == 1);
}

}  // namespace

TEST_CASE("a process that is isolated sees itself alone and writes to its own folder alone", "[rewards][plugins]") {
  auto options = plugin_test::faulty_options();
  options.isolation = Isolation::kRequired;
  options.pass_environment = {"HONE_TEST_PUBLIC"};
  std::map<std::string, double> seen;
  try {
    seen = looked_around(options);
  } catch (const hone::core::ConfigError& error) {
    CHECK_THAT(error.what(), ContainsSubstring("score.json: options: the isolation that is asked for needs"));
    SKIP("this system has no namespaces for it: " << error.what());
  }
  check_scrubbed(seen);
  CHECK(seen["processes"] == 1);
  CHECK(seen["writes_tmp"] == 0);
  CHECK(seen["interfaces"] <= 1);  // the loopback, which is down
}

TEST_CASE("a process that is not isolated gets a clean environment all the same", "[rewards][plugins]") {
  auto options = plugin_test::faulty_options();
  options.isolation = Isolation::kNone;
  options.pass_environment = {"HONE_TEST_PUBLIC"};
  auto seen = looked_around(options);
  check_scrubbed(seen);
  CHECK(seen["processes"] > 1);
  CHECK(seen["writes_tmp"] == 1);
}
