#pragma once

#include <ATen/ATen.h>

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <utility>
#include <vector>

#include "policies/packed_batch.h"
#include "rollout/generator.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

/// Calls of the generator, and policies to call it with.
namespace rollout_checks {

using namespace hone;
using rollout::Completion;
using rollout::Generator;
using rollout::Prompt;
using rollout::SamplingConfig;
using rollout::StreamName;
using tensor_checks::random_ids;

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

inline Rollout generate(const policies::Policy& policy, const Request& request) {
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

inline std::map<std::pair<std::int64_t, std::int64_t>, Ids> tokens(const Rollout& result) {
  std::map<std::pair<std::int64_t, std::int64_t>, Ids> all;
  for (const auto& [key, completion] : result.answers) {
    all[key] = completion.ids;
  }
  return all;
}

/// Six prompts of 1 to 21 tokens.
inline std::vector<Prompt> prompts() {
  std::vector<Prompt> all;
  for (std::uint64_t i = 0; i < 6; ++i) {
    all.push_back({random_ids(static_cast<std::int64_t>(1 + 4 * i), 420, 100 + i), i});
  }
  return all;
}

/// Log-probabilities of a completion behind its prompt, computed packed.
inline at::Tensor packed_logprobs(const policies::Policy& policy, const Ids& prompt, const Ids& completion,
                                  double temperature) {
  const at::NoGradGuard no_grad;
  policies::PackedBatchBuilder builder;
  const std::vector<policies::PackedBatchBuilder::Ids> spans = {completion};
  builder.add_group(prompt, spans);
  const auto batch = std::move(builder).build(at::kCPU);
  return policies::packed_logprobs(policy, batch, temperature, 64).logprobs;
}

/// Never ends on its own.
inline policies::Policy endless_policy() {
  auto config = scripted::tiny_config();
  config.eos_token_ids = {};
  return scripted::tiny_policy(config);
}

/// Follows `path` and then has 420 equally likely tokens.
inline policies::Policy following(const Ids& path) {
  return scripted::scripted_policy(scripted::path_logits(path));
}

}  // namespace rollout_checks
