#include "rollout/generator.h"

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <set>

#include "tests/rollout/rollout_checks.h"

using namespace hone;
using namespace rollout_checks;
using namespace tensor_checks;
using rollout::Finish;

TEST_CASE("sampled log-probabilities are those of the packed forward", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  const double temperature = GENERATE(0.7, 1.0);
  Request request{.prompts = prompts(), .samples = 3};
  request.sampling.temperature = temperature;
  const auto result = generate(policy, request);
  for (const auto& [key, completion] : result.answers) {
    const auto& prompt = request.prompts[static_cast<std::size_t>(key.first)].ids;
    const auto expected = packed_logprobs(policy, prompt, completion.ids, temperature);
    CAPTURE(key.first, key.second);
    REQUIRE(completion.logprobs.size() == completion.ids.size());
    CHECK(difference(at::tensor(completion.logprobs), expected) < 1e-4);
  }
}

TEST_CASE("greedy decoding with the cache takes the argmax of the forward without one", "[rollout][generator]") {
  const auto policy = endless_policy();
  const auto& decoder = policy.decoder();
  Request request{.prompts = prompts()};
  request.sampling.temperature = 0.0;
  const auto result = generate(policy, request);
  const at::NoGradGuard no_grad;
  for (const auto& [key, completion] : result.answers) {
    std::vector<std::int64_t> ids(request.prompts[static_cast<std::size_t>(key.first)].ids.begin(),
                                  request.prompts[static_cast<std::size_t>(key.first)].ids.end());
    Ids expected;
    for (int i = 0; i < 24; ++i) {
      const auto length = static_cast<std::int64_t>(ids.size());
      const auto layout = policies::make_packed_layout({{{0, length}, {}}}, at::kCPU);
      policies::PackedAttention attention(decoder.attention_spec(), layout);
      const auto hidden = decoder.forward(at::tensor(ids, at::kLong), attention);
      ids.push_back(decoder.logits(hidden.narrow(0, length - 1, 1)).argmax().item<std::int64_t>());
      expected.push_back(static_cast<std::int32_t>(ids.back()));
    }
    CHECK(completion.ids == expected);
    CHECK(completion.finish == Finish::kLength);
  }
}

TEST_CASE("the number of slots changes no token", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  Request request{.prompts = prompts(), .samples = 5};
  request.slots = 64;
  const auto expected = generate(policy, request);
  std::set<std::size_t> lengths;
  for (const auto& [key, completion] : expected.answers) {
    lengths.insert(completion.ids.size());
  }
  REQUIRE(lengths.size() > 2);  // rows leave at different times
  for (const std::int64_t slots : {1, 2, 3, 8, 29, 30}) {
    CAPTURE(slots);
    request.slots = slots;
    const auto result = generate(policy, request);
    CHECK(tokens(result) == tokens(expected));
    for (const auto& [key, completion] : result.answers) {
      CHECK(difference(at::tensor(completion.logprobs), at::tensor(expected.answers.at(key).logprobs)) < 1e-4);
    }
  }
}

TEST_CASE("the number of threads changes no token", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  const Request request{.prompts = prompts(), .samples = 3};
  const auto single = tokens(generate(policy, request));
  const Threads three(3);
  CHECK(tokens(generate(policy, request)) == single);
}

TEST_CASE("a prompt draws the same in any company", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  const Request together{.prompts = prompts(), .samples = 3};
  const auto expected = generate(policy, together);
  for (std::size_t i = 0; i < together.prompts.size(); ++i) {
    Request alone{.prompts = {together.prompts[i]}, .samples = 3};
    const auto result = generate(policy, alone);
    for (std::int64_t sample = 0; sample < 3; ++sample) {
      CHECK(result.answers.at({0, sample}).ids == expected.answers.at({static_cast<std::int64_t>(i), sample}).ids);
    }
  }
}

TEST_CASE("asking for more samples leaves the first ones as they were", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  const auto few = generate(policy, {.prompts = prompts(), .samples = 2});
  const auto many = generate(policy, {.prompts = prompts(), .samples = 5});
  for (const auto& [key, completion] : few.answers) {
    CHECK(many.answers.at(key).ids == completion.ids);
  }
}

TEST_CASE("seed, purpose, step, prompt and sample each change what is drawn; nothing else does",
          "[rollout][generator]") {
  const auto policy = endless_policy();
  const Ids same = random_ids(6, 420, 1);
  Request request{.prompts = {{same, 0}, {same, 1}, {same, 2}}, .samples = 4};
  const auto first = tokens(generate(policy, request));
  CHECK(tokens(generate(policy, request)) == first);
  std::set<Ids> distinct;
  for (const auto& [key, ids] : first) {
    distinct.insert(ids);
  }
  CHECK(distinct.size() == 12);
  auto other = request;
  SECTION("seed") {
    other.stream.seed = 12;
  }
  SECTION("purpose") {
    other.stream.purpose = "eval/held_out";
  }
  SECTION("step") {
    other.stream.step = 4;
  }
  SECTION("prompt") {
    other.prompts = {{same, 7}, {same, 8}, {same, 9}};
  }
  for (const auto& [key, ids] : tokens(generate(policy, other))) {
    CHECK_FALSE(distinct.contains(ids));
  }
}

TEST_CASE("a prompt is computed once for all of its samples", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy();
  Request request{.prompts = prompts(), .samples = 5};
  std::int64_t prompt_tokens = 0;
  double prompt_flops = 0.0;
  for (const auto& prompt : request.prompts) {
    const auto length = static_cast<std::int64_t>(prompt.ids.size());
    prompt_tokens += length;
    prompt_flops += cost::forward_flops(policy.shape(), {length, 0, 1});
  }
  for (const std::int64_t slots : {1, 3, 7, 64}) {  // 3 and 7: a group's samples enter in several parts
    CAPTURE(slots);
    request.slots = slots;
    const auto result = generate(policy, request);
    CHECK(result.work.prefill.tokens == prompt_tokens);
    CHECK(std::abs(result.work.prefill.model_flops / prompt_flops - 1.0) < 1e-12);
    std::int64_t new_tokens = 0;
    for (const auto& [key, completion] : result.answers) {
      new_tokens += static_cast<std::int64_t>(completion.ids.size());
    }
    CHECK(result.work.decode.tokens == new_tokens);
  }
}

TEST_CASE("many long prompts are computed in several passes with the same result", "[rollout][generator]") {
  auto config = scripted::tiny_config();
  config.max_position_embeddings = 1024;
  const auto policy = scripted::tiny_policy(config);
  Request request{.slots = 64};
  for (std::uint64_t i = 0; i < 12; ++i) {
    request.prompts.push_back({random_ids(900, 420, i), i});
  }
  request.sampling.max_completion_length = 4;
  const auto together = tokens(generate(policy, request));
  request.slots = 1;
  CHECK(tokens(generate(policy, request)) == together);
}

TEST_CASE("a rollout in bfloat16 agrees with the packed forward to bfloat16's rounding", "[rollout][generator]") {
  const auto policy = scripted::tiny_policy(scripted::tiny_config(), 7, policies::ComputeType::kBFloat16);
  const Request request{.prompts = prompts(), .samples = 3};
  double total = 0.0;
  std::int64_t count = 0;
  for (const auto& [key, completion] : generate(policy, request).answers) {
    const auto& prompt = request.prompts[static_cast<std::size_t>(key.first)].ids;
    const auto expected = packed_logprobs(policy, prompt, completion.ids, 1.0);
    total += (at::tensor(completion.logprobs) - expected).abs().sum().item<double>();
    count += expected.numel();
  }
  CHECK(total / static_cast<double>(count) < 0.03);
}
