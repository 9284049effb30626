#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>

#include "rollout/generator.h"
#include "tests/rollout/rollout_checks.h"

using namespace hone;
using namespace rollout_checks;
using namespace tensor_checks;
using rollout::Finish;

TEST_CASE("an answer ends at its end-of-sequence token, which is kept with its log-probability",
          "[rollout][generator]") {
  const Ids path = {10, 270, 271, 272, scripted::kEnd};
  const auto policy = following(path);
  const auto result = generate(policy, {.prompts = {{{10}, 0}}, .samples = 3});
  for (const auto& [key, completion] : result.answers) {
    CHECK(completion.ids == Ids{270, 271, 272, scripted::kEnd});
    CHECK(completion.finish == Finish::kStop);
    REQUIRE(completion.logprobs.size() == 4);
    for (const float logprob : completion.logprobs) {
      CHECK(std::abs(logprob) < 1e-6F);
    }
    CHECK(rollout::completion_text(policy, completion, {}) == policy.tokenizer().decode(Ids{270, 271, 272}));
  }
}

TEST_CASE("an answer may end with its first token", "[rollout][generator]") {
  const auto policy = following({{10, scripted::kEnd}});
  const auto result = generate(policy, {.prompts = {{{10}, 0}}, .samples = 9, .slots = 2});
  for (const auto& [key, completion] : result.answers) {
    CHECK(completion.ids == Ids{scripted::kEnd});
    CHECK(rollout::completion_text(policy, completion, {}).empty());
  }
  CHECK(result.work.decode.tokens == 9);
}

TEST_CASE("an answer that does not end is cut at its greatest length", "[rollout][generator]") {
  const auto length = GENERATE(1, 2, 17);
  const auto policy = endless_policy();
  Request request{.prompts = prompts(), .samples = 2};
  request.sampling.max_completion_length = length;
  for (const auto& [key, completion] : generate(policy, request).answers) {
    CHECK(completion.ids.size() == static_cast<std::size_t>(length));
    CHECK(completion.finish == Finish::kLength);
  }
}

TEST_CASE("uniform logits give every token the log-probability of one in the vocabulary", "[rollout][generator]") {
  const auto policy = following({});
  const auto result = generate(policy, {.prompts = {{{10}, 0}}, .samples = 8});
  for (const auto& [key, completion] : result.answers) {
    for (const float logprob : completion.logprobs) {
      CHECK(std::abs(logprob + std::log(420.0F)) < 1e-5F);
    }
  }
}

TEST_CASE("an answer ends at a stop string, which its text leaves out", "[rollout][generator]") {
  Ids path = {10};
  for (const char byte : std::string("ab,cd;ef")) {
    path.push_back(scripted::byte_token(byte));
  }
  path.push_back(scripted::kEnd);
  const auto policy = following(path);
  Request request{.prompts = {{{10}, 0}}};
  SECTION("within one token") {
    request.sampling.stop = {","};
    const auto completion = generate(policy, request).answers.at({0, 0});
    CHECK(completion.ids.size() == 3);
    CHECK(completion.finish == Finish::kStop);
    CHECK(rollout::completion_text(policy, completion, request.sampling.stop) == "ab");
  }
  SECTION("over several tokens; the first to appear of several") {
    request.sampling.stop = {"never", "cd;e", ";ef"};
    const auto completion = generate(policy, request).answers.at({0, 0});
    CHECK(completion.ids.size() == 7);
    CHECK(rollout::completion_text(policy, completion, request.sampling.stop) == "ab,");
  }
  SECTION("none that appears") {
    request.sampling.stop = {"never"};
    const auto completion = generate(policy, request).answers.at({0, 0});
    CHECK(completion.ids.back() == scripted::kEnd);
    CHECK(rollout::completion_text(policy, completion, request.sampling.stop) == "ab,cd;ef");
  }
  SECTION("at the greatest length") {
    request.sampling.stop = {"ab"};
    request.sampling.max_completion_length = 2;
    CHECK(generate(policy, request).answers.at({0, 0}).finish == Finish::kStop);
  }
}

TEST_CASE("a stop string of any number of tokens is found", "[rollout][generator]") {
  // 70 different bytes, a token each.
  std::string text;
  Ids path = {10};
  for (char byte = '"'; text.size() < 70; ++byte) {
    text.push_back(byte);
    path.push_back(scripted::byte_token(byte));
  }
  path.push_back(scripted::kEnd);
  const auto policy = following(path);
  Request request{.prompts = {{{10}, 0}}};
  request.sampling.max_completion_length = 100;
  request.sampling.stop = {text.substr(2, 65)};
  const auto completion = generate(policy, request).answers.at({0, 0});
  CHECK(completion.ids.size() == 67);
  CHECK(rollout::completion_text(policy, completion, request.sampling.stop) == text.substr(0, 2));
}

TEST_CASE("completions hand over while others still run", "[rollout][generator]") {
  // After 10 the answer ends at once; after 11 it is endless. The short one comes first although asked last.
  const auto policy = following({{10, scripted::kEnd}});
  std::vector<std::int64_t> order;
  Generator generator(policy, 4);
  generator.generate({{{11}, 0}, {{10}, 1}}, 1, {.temperature = 0.0, .max_completion_length = 20}, {1, "rollout", 0},
                     [&](Completion&& completion) { order.push_back(completion.prompt); });
  CHECK(order == std::vector<std::int64_t>{1, 0});
}
