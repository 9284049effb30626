#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "core/error.h"
#include "rollout/generator.h"
#include "tests/rollout/rollout_checks.h"

using namespace hone;
using namespace rollout_checks;
using namespace tensor_checks;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a prompt that does not fit names itself and the context", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();  // context 128
  Request request{.prompts = {{random_ids(104, 420, 1), 0}}};
  CHECK_NOTHROW(generate(policy, request));
  request.prompts.push_back({random_ids(105, 420, 1), 1});
  CHECK_THROWS_AS(generate(policy, request), core::DataError);
  CHECK_THROWS_WITH(generate(policy, request),
                    ContainsSubstring("prompt 1 has 105 tokens") && ContainsSubstring("128"));
}

TEST_CASE("a prompt without tokens, or with one that the policy does not know, is refused", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  CHECK_THROWS_AS(generate(policy, {.prompts = {{{5}, 0}, {{}, 1}}}), core::DataError);
  CHECK_THROWS_AS(generate(policy, {.prompts = {{{5, 420}, 0}}}), core::DataError);
  CHECK_THROWS_WITH(generate(policy, {.prompts = {{{5, -1}, 0}}}),
                    ContainsSubstring("prompt 0") && ContainsSubstring("-1"));
}

TEST_CASE("a policy whose weights are not numbers stops the rollout with a clear message", "[rollout][generator]") {
  auto policy = scripted::tiny_policy();
  {
    const at::NoGradGuard no_grad;
    policy.masters().back().fill_(std::nan(""));
  }
  CHECK_THROWS_AS(generate(policy, {.prompts = {{{5}, 0}}}), core::RunError);
}

TEST_CASE("a generator needs a slot, and no prompts or no samples need no work", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  CHECK_THROWS_AS(Generator(policy, 0), core::ConfigError);
  CHECK(generate(policy, {}).work.prefill.tokens == 0);
  CHECK(generate(policy, {.prompts = prompts(), .samples = 0}).work.decode.tokens == 0);
}
