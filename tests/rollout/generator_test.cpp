#include "rollout/generator.h"

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "core/error.h"
#include "policies/packed_batch.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using Catch::Matchers::ContainsSubstring;
using rollout::Completion;
using rollout::Finish;
using rollout::Generator;
using rollout::Prompt;
using rollout::SamplingConfig;
using rollout::StreamName;

namespace {

using Ids = std::vector<std::int32_t>;
/// By prompt and sample.
using Answers = std::map<std::pair<std::int64_t, std::int64_t>, Completion>;

struct Rollout {
  Answers answers;
  rollout::RolloutWork work;
};

struct Request {
  std::vector<Prompt> prompts = {};
  std::int64_t samples = 1;
  SamplingConfig sampling{.max_completion_length = 24};
  StreamName stream{.seed = 11, .purpose = "rollout", .step = 3};
  std::int64_t slots = 8;
};

Rollout generate(const policies::Policy& policy, const Request& request) {
  Rollout result;
  Generator generator(policy, request.slots);
  result.work = generator.generate(request.prompts, request.samples, request.sampling, request.stream,
                                   [&](Completion&& completion) {
                                     const std::pair key{completion.prompt, completion.sample};
                                     REQUIRE_FALSE(result.answers.contains(key));
                                     result.answers[key] = std::move(completion);
                                   });
  REQUIRE(result.answers.size() == request.prompts.size() * static_cast<std::size_t>(request.samples));
  return result;
}

std::map<std::pair<std::int64_t, std::int64_t>, Ids> tokens(const Rollout& result) {
  std::map<std::pair<std::int64_t, std::int64_t>, Ids> all;
  for (const auto& [key, completion] : result.answers) {
    all[key] = completion.ids;
  }
  return all;
}

/// Six prompts of 1 to 21 tokens.
std::vector<Prompt> prompts() {
  std::vector<Prompt> all;
  for (std::uint64_t i = 0; i < 6; ++i) {
    all.push_back({random_ids(static_cast<std::int64_t>(1 + 4 * i), 420, 100 + i), i});
  }
  return all;
}

/// Log-probabilities of a completion behind its prompt, computed packed.
at::Tensor packed_logprobs(const policies::Policy& policy, const Ids& prompt, const Ids& completion,
                           double temperature) {
  const at::NoGradGuard no_grad;
  policies::PackedBatchBuilder builder;
  const std::vector<policies::PackedBatchBuilder::Ids> spans = {completion};
  builder.add_group(prompt, spans);
  const auto batch = std::move(builder).build(at::kCPU);
  return policies::packed_logprobs(policy, batch, temperature, 64).logprobs;
}

/// Never ends on its own.
policies::Policy endless_policy() {
  auto config = scripted::tiny_config();
  config.eos_token_ids = {};
  return scripted::tiny_policy(config);
}

/// Follows `path` and then has 420 equally likely tokens.
policies::Policy following(const Ids& path) {
  return scripted::scripted_policy(scripted::path_logits(path));
}

}  // namespace

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
      policies::PackedAttention attention(decoder.heads(), decoder.rotary(), layout);
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

TEST_CASE("completions hand over while others still run", "[rollout][generator]") {
  // After 10 the answer ends at once; after 11 it is endless. The short one comes first although asked last.
  const auto policy = following({{10, scripted::kEnd}});
  std::vector<std::int64_t> order;
  Generator generator(policy, 4);
  generator.generate({{{11}, 0}, {{10}, 1}}, 1, {.temperature = 0.0, .max_completion_length = 20}, {1, "rollout", 0},
                     [&](Completion&& completion) { order.push_back(completion.prompt); });
  CHECK(order == std::vector<std::int64_t>{1, 0});
}
