#include "policies/packed_batch.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/variable.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "policies/reference_path.h"
#include "tests/policies/scripted_policy.h"
#include "tests/policies/tensor_checks.h"

using namespace hone;
using namespace tensor_checks;
using policies::PackedBatchBuilder;

namespace {

using Ids = std::vector<std::int32_t>;

struct Group {
  Ids prompt;
  std::vector<Ids> completions;
};

/// Two groups; one completion is a single token, which never goes through the decoder.
std::vector<Group> groups() {
  return {{random_ids(11, 420, 1), {random_ids(7, 420, 2), random_ids(1, 420, 3), random_ids(16, 420, 4)}},
          {random_ids(1, 420, 5), {random_ids(3, 420, 6), random_ids(9, 420, 7)}}};
}

std::vector<PackedBatchBuilder::Ids> spans(const std::vector<Ids>& completions) {
  return {completions.begin(), completions.end()};
}

Ids joined(Ids first, const Ids& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

struct Result {
  at::Tensor logprobs, entropy;
  std::vector<at::Tensor> gradients;
};

/// Weighted so that every target pulls differently; offset: of the batch's first target among all.
void run(policies::Policy& policy, PackedBatchBuilder builder, std::int64_t offset, std::vector<at::Tensor>& logprobs,
         std::vector<at::Tensor>& entropy) {
  const auto batch = std::move(builder).build(at::kCPU);
  const auto result = policies::packed_logprobs(policy, batch, 0.9, 8);
  const auto weights = at::arange(offset, offset + result.logprobs.numel(), at::kFloat).mul(0.7).sin();
  (result.logprobs * weights + result.entropy * 0.1).sum().backward();
  policy.collect_gradients();
  logprobs.push_back(result.logprobs.detach());
  entropy.push_back(result.entropy.detach());
}

Result as_groups(policies::Policy& policy) {
  policy.clear_gradients();
  PackedBatchBuilder builder;
  for (const auto& group : groups()) {
    builder.add_group(group.prompt, spans(group.completions));
  }
  std::vector<at::Tensor> logprobs, entropy;
  run(policy, std::move(builder), 0, logprobs, entropy);
  return {at::cat(logprobs), at::cat(entropy), policy.gradients()};
}

Result one_by_one(policies::Policy& policy) {
  policy.clear_gradients();
  std::vector<at::Tensor> logprobs, entropy;
  std::int64_t offset = 0;
  for (const auto& group : groups()) {
    for (const auto& completion : group.completions) {
      PackedBatchBuilder builder;
      builder.add_sequence(joined(group.prompt, completion), group.prompt.size());
      run(policy, std::move(builder), offset, logprobs, entropy);
      offset += static_cast<std::int64_t>(completion.size());
    }
  }
  return {at::cat(logprobs), at::cat(entropy), policy.gradients()};
}

Result packed_sequences(policies::Policy& policy) {
  policy.clear_gradients();
  PackedBatchBuilder builder;
  for (const auto& group : groups()) {
    for (const auto& completion : group.completions) {
      builder.add_sequence(joined(group.prompt, completion), group.prompt.size());
    }
  }
  std::vector<at::Tensor> logprobs, entropy;
  run(policy, std::move(builder), 0, logprobs, entropy);
  return {at::cat(logprobs), at::cat(entropy), policy.gradients()};
}

}  // namespace

TEST_CASE("a prompt shared by its completions teaches what copies of it teach", "[policies][packed_batch]") {
  const bool reference = GENERATE(false, true);
  CAPTURE(reference);
  std::optional<policies::ReferencePath> path;
  if (reference) {
    path.emplace();
  }
  auto policy = scripted::tiny_policy();
  const auto alone = one_by_one(policy);
  for (const auto& together : {as_groups(policy), packed_sequences(policy)}) {
    CHECK(difference(together.logprobs, alone.logprobs) < 1e-5);
    CHECK(difference(together.entropy, alone.entropy) < 1e-5);
    for (std::size_t i = 0; i < alone.gradients.size(); ++i) {
      CAPTURE(policy.parameters()[i].name);
      CHECK(relative_difference(together.gradients[i], alone.gradients[i]) < 1e-4);
    }
  }
}

TEST_CASE("one document of a pack leaves the log-probabilities of the others as they were, to the bit",
          "[policies][packed_batch]") {
  const auto policy = scripted::tiny_policy();
  const at::NoGradGuard no_grad;
  const auto logprobs = [&](const Ids& middle) {
    PackedBatchBuilder builder;
    builder.add_sequence(random_ids(9, 420, 1), 1);
    builder.add_sequence(middle, 1);
    builder.add_sequence(random_ids(14, 420, 3), 1);
    return policies::packed_logprobs(policy, std::move(builder).build(at::kCPU), 1.0, 64).logprobs;
  };
  const auto before = logprobs(random_ids(12, 420, 2));
  const auto after = logprobs(random_ids(12, 420, 99));
  CHECK(after.narrow(0, 0, 8).equal(before.narrow(0, 0, 8)));
  CHECK_FALSE(after.narrow(0, 8, 11).equal(before.narrow(0, 8, 11)));
  CHECK(after.narrow(0, 19, 13).equal(before.narrow(0, 19, 13)));
}

TEST_CASE("on several threads the same update has the same bits every time", "[policies][packed_batch]") {
  auto policy = scripted::tiny_policy();
  const Threads three(3);
  const auto first = as_groups(policy);
  for (int i = 0; i < 5; ++i) {
    const auto again = as_groups(policy);
    CHECK(again.logprobs.equal(first.logprobs));
    for (std::size_t k = 0; k < first.gradients.size(); ++k) {
      CAPTURE(policy.parameters()[k].name);
      CHECK(again.gradients[k].equal(first.gradients[k]));
    }
  }
}

TEST_CASE("a batch names the row that predicts each target", "[policies][packed_batch]") {
  PackedBatchBuilder builder;
  builder.add_sequence(Ids{10, 11, 12, 13}, 2);
  const std::vector<Ids> completions = {{20, 21, 22}, {30}};
  builder.add_group(Ids{14, 15}, spans(completions));
  CHECK(builder.tokens() == 7);
  CHECK(builder.targets() == 6);
  const auto batch = std::move(builder).build(at::kCPU);
  CHECK(batch.ids.equal(at::tensor({10, 11, 12, 14, 15, 20, 21}, at::kLong)));
  CHECK(batch.targets.equal(at::tensor({12, 13, 20, 21, 22, 30}, at::kLong)));
  CHECK(batch.predictors.equal(at::tensor({1, 2, 4, 5, 6, 4}, at::kLong)));
  CHECK(batch.layout.positions.equal(at::tensor({0, 1, 2, 0, 1, 2, 3}, at::kLong)));
}

TEST_CASE("a shared prompt is paid for once", "[policies][packed_batch]") {
  const auto shape = scripted::tiny_policy().shape();
  PackedBatchBuilder builder;
  const std::vector<Ids> completions = {random_ids(5, 420, 1), random_ids(3, 420, 2)};
  builder.add_group(random_ids(10, 420, 3), spans(completions));
  const auto batch = std::move(builder).build(at::kCPU);
  // Per token 2 FLOPs a weight of 2 layers: qkv 40·96, out 48·40, gate_up 40·104, down 52·40; head 420·40 for 8
  // targets.
  const double body = 2.0 * 2.0 * (40 * 96 + 48 * 40 + 40 * 104 + 52 * 40) * (10 + 4 + 2);
  const double head = 2.0 * 420 * 40 * 8;
  // 4 FLOPs a query-key pair, head and dimension, 2 layers: prompt 1+…+10, leaves 11+12+13+14 and 11+12.
  const double attention = 4.0 * 2 * 4 * 12 * (55 + 50 + 23);
  CHECK(std::abs(batch.forward_flops(shape) - (body + head + attention)) < 0.5);
}

TEST_CASE("sequences without a token to predict from are refused", "[policies][packed_batch]") {
  PackedBatchBuilder builder;
  const std::vector<Ids> completions = {{1, 2}};
  const std::vector<Ids> empty = {{}};
  CHECK_THROWS_AS(builder.add_sequence(Ids{}, 1), core::ShapeError);
  CHECK_THROWS_AS(builder.add_sequence(Ids{1, 2}, 0), core::ShapeError);
  CHECK_THROWS_AS(builder.add_group(Ids{}, spans(completions)), core::ShapeError);
  CHECK_THROWS_AS(builder.add_group(Ids{1}, spans(empty)), core::ShapeError);
  CHECK(builder.tokens() == 0);
}

TEST_CASE("a target outside the vocabulary is refused", "[policies][packed_batch]") {
  const auto policy = scripted::tiny_policy();
  PackedBatchBuilder builder;
  builder.add_sequence(Ids{1, 2, 420}, 1);  // only ever a target: the embedding does not see it
  const auto batch = std::move(builder).build(at::kCPU);
  CHECK_THROWS_AS(policies::packed_logprobs(policy, batch, 1.0, 64), core::DataError);
}
