#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <optional>

#include "policies/reference_path.h"
#include "rollout/generator.h"
#include "tests/policies/family_fixture.h"
#include "tests/rollout/rollout_checks.h"

using namespace hone;
using namespace rollout_checks;
using namespace tensor_checks;
using rollout::Finish;

/// Every family's answers against those of transformers: tests/fixtures/hf/README.md says what the folders hold.
namespace {

constexpr std::int64_t kNewTokens = 64;

/// Folders that hold a greedy answer of their own.
std::vector<std::string> answering() {
  auto names = family_fixture::families();
  names.insert(names.end(), {"qwen3_bfloat16", "mistral_full_float16"});
  return names;
}

Request greedy_request(const Ids& prompt) {
  Request request{.prompts = {{prompt, 0}}};
  request.sampling.temperature = 0.0;
  request.sampling.max_completion_length = kNewTokens;
  return request;
}

/// The argmax of the whole sequence's forward, token by token.
Ids answer_without_cache(const policies::Policy& policy, const Ids& prompt) {
  const at::NoGradGuard no_grad;
  const auto& decoder = policy.decoder();
  std::vector<std::int64_t> ids(prompt.begin(), prompt.end());
  while (ids.size() < prompt.size() + kNewTokens) {
    const auto length = static_cast<std::int64_t>(ids.size());
    const auto layout = policies::make_packed_layout({{{0, length}, {}}}, at::kCPU);
    policies::PackedAttention attention(decoder.attention_spec(), layout);
    const auto hidden = decoder.forward(at::tensor(ids, at::kLong), attention);
    ids.push_back(decoder.logits(hidden.narrow(0, length - 1, 1)).argmax().item<std::int64_t>());
  }
  return {ids.begin() + static_cast<std::ptrdiff_t>(prompt.size()), ids.end()};
}

/// Prompts of 1 to 31 tokens, shorter and longer than the fixtures' windows of 8; none holds an end of an answer.
std::vector<Prompt> prompts_of(const policies::Policy& policy) {
  std::vector<Prompt> all;
  for (std::uint64_t i = 0; i < 6; ++i) {
    auto ids = random_ids(static_cast<std::int64_t>(1 + 6 * i), policy.config().vocab_size - 8, 300 + i);
    for (auto& id : ids) {
      id += 8;
    }
    all.push_back({ids, i});
  }
  return all;
}

}  // namespace

TEST_CASE("each family's greedy answer of 64 tokens is that of transformers, with the cache and without",
          "[rollout][families]") {
  const std::string name = GENERATE(from_range(answering()));
  const bool reference = GENERATE(false, true);
  CAPTURE(name, reference);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  const auto policy = family_fixture::load(name);
  const auto prompt = family_fixture::expected_ids(name, "greedy.prompt");
  const auto expected = family_fixture::expected_ids(name, "greedy.ids");
  REQUIRE(expected.size() == static_cast<std::size_t>(kNewTokens));
  const auto completion = generate(policy, greedy_request(prompt)).answers.at({0, 0});
  CHECK(completion.ids == expected);
  CHECK(completion.finish == Finish::kLength);
  CHECK(answer_without_cache(policy, prompt) == expected);
}

TEST_CASE("each family's greedy answer is the same in company, whatever the number of slots", "[rollout][families]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  const std::int64_t slots = GENERATE(1, 3, 16);
  CAPTURE(name, slots);
  const auto policy = family_fixture::load(name);
  auto request = greedy_request(family_fixture::expected_ids(name, "greedy.prompt"));
  request.slots = slots;
  request.samples = 2;
  for (const auto& other : prompts_of(policy)) {
    request.prompts.push_back(other);
  }
  const auto answers = generate(policy, request).answers;
  CHECK(answers.at({0, 0}).ids == family_fixture::expected_ids(name, "greedy.ids"));
  CHECK(answers.at({0, 1}).ids == answers.at({0, 0}).ids);
}

TEST_CASE("each family's sampled log-probabilities are those of the packed forward", "[rollout][families]") {
  const std::string name = GENERATE(from_range(family_fixture::families()));
  CAPTURE(name);
  const auto policy = family_fixture::load(name);
  Request request{.prompts = prompts_of(policy), .samples = 3};
  request.sampling.max_completion_length = 40;
  for (const auto& [key, completion] : generate(policy, request).answers) {
    const auto& prompt = request.prompts[static_cast<std::size_t>(key.first)].ids;
    CAPTURE(key.first, key.second);
    REQUIRE(completion.logprobs.size() == completion.ids.size());
    const auto expected = packed_logprobs(policy, prompt, completion.ids, 1.0);
    CHECK(difference(at::tensor(completion.logprobs), expected) < 1e-4);
  }
}
